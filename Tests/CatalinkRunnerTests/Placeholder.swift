enum CatalinkRunnerTestsPlaceholder {}
