import CatalinkCore

/// What holds amounts to what is plausible.
extension MappingCompiler {
    private static let guardNames = ["maxChange"]

    /// How far an amount may move at once before a person must look; only where the job says it.
    static func largestChange(_ pricing: Section) -> LargestChange? {
        pricing.section("guard", known: guardNames)?.value(
            "maxChange", expected: "a share such as 30%", LargestChange.init(written:))
    }
}
