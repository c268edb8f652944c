/// One step of a template expression, `| name: arguments`.
package enum Filter: Sendable, Equatable {
    case trim
    case lower
    case upper
    /// Whether letters of other scripts leave a sum of the text, rather than nothing.
    case slug(ofAnyScript: Bool)
    case text
    case truncate(Int)
    case replace([UInt8], [UInt8])
    case before([UInt8])
    case after([UInt8])
    /// Before a text that is there.
    case prefix([UInt8])
    case map(ValueMap)
    case lookup(LookupTable)
    case `default`([UInt8])
    case split([UInt8])
    case compact
    case first
    case last
    /// Counted from 1.
    case nth(Int)
    case join([UInt8])
    case decimal(NumberGrammar?)
    case money(Money)
    /// What signs such as `$` mean.
    case currency([CurrencyCode])
    /// How many digits the minor unit has.
    case minor(Int)
    case nanos
    case whole
    case unguard
    /// Patterns, of which the first that fits counts.
    case date([[UInt8]])

    package static let names = [
        "trim", "lower", "upper", "slug", "text", "truncate", "replace", "before", "after", "prefix", "map",
        "lookup", "default", "split",
        "compact", "first", "last", "nth", "join", "decimal", "money", "currency", "minor", "nanos", "whole",
        "unguard", "date",
    ]
}
