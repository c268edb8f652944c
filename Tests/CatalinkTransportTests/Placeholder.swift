enum CatalinkTransportTestsPlaceholder {}
