enum CatalinkDispatchTestsPlaceholder {}
