enum CatalinkSandboxTestsPlaceholder {}
