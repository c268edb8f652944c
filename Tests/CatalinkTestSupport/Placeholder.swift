enum CatalinkTestSupportPlaceholder {}
