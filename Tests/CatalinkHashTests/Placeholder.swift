enum CatalinkHashTestsPlaceholder {}
