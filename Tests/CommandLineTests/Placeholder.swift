enum CommandLineTestsPlaceholder {}
