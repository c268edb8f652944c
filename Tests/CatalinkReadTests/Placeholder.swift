enum CatalinkReadTestsPlaceholder {}
