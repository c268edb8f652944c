enum CatalinkLedgerTestsPlaceholder {}
