enum CatalinkCoreTestsPlaceholder {}
