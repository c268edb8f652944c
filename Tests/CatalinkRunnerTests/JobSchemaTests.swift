import CatalinkCore
import Testing

@testable import CatalinkRunner

struct JobSchemaTests {
    typealias Names = MappingCompiler

    /// Names of the schema, and those that the parser knows at the same place.
    static let sections: [(path: String, schema: Schema, known: [String])] = [
        ("job", JobSchema.job, JobFile.names),
        ("source", JobSchema.source, JobFile.sourceNames),
        ("source.limits", JobSchema.readLimits, JobFile.readLimitNames),
        ("fillDown", JobSchema.fillDown, Names.fillDownNames),
        ("parent", JobSchema.parent, Names.parentNames),
        ("unfold", JobSchema.unfold, Names.unfoldNames),
        ("tables", JobSchema.table, Names.listNames + Names.fileNames),
        ("where", JobSchema.whereTest, Names.predicateNames + ["reason"]),
        ("when", JobSchema.test, Names.predicateNames),
        ("bundle", JobSchema.bundle, Names.bundleNames),
        ("link", JobSchema.link, Names.linkNames),
        ("link.products", JobSchema.product, Names.productNames),
        ("tracking", JobSchema.tracking, Names.trackingNames),
        ("pricing", JobSchema.pricing, Names.pricingNames),
        ("pricing.sale", JobSchema.sale, Names.saleNames),
        ("pricing.convert", JobSchema.convert, Names.convertNames),
        ("pricing.rules", JobSchema.rule, Names.ruleNames),
        ("pricing.rules.tier", JobSchema.tier, Names.tierNames),
        ("pricing.rules.days", JobSchema.days, Names.dayNames),
        ("pricing.rules.markup", JobSchema.cost, Names.costNames),
        ("pricing.round", JobSchema.round, Names.roundNames),
        ("pricing.guard", JobSchema.bounds, Names.guardNames),
        ("pricing.guard.minMargin", JobSchema.margin, Names.costNames),
        ("target", JobSchema.target, JobFile.targetNames),
        ("target.sandbox", JobSchema.sandbox, JobFile.sandboxNames),
        ("limits", JobSchema.limits, JobFile.limitNames),
        ("expect", JobSchema.expectations, JobFile.expectNames),
        ("results", JobSchema.results, JobFile.resultNames),
        ("metrics", JobSchema.metrics, JobFile.metricsNames),
        ("notify", JobSchema.notification, JobFile.notifyNames),
        ("notify.webhook", JobSchema.webhook, JobFile.webhookNames),
        ("notify.webhook.url", JobSchema.variable, JobFile.secretNames),
        ("conversion", JobSchema.conversion, JobFile.conversionNames),
        ("conversion.source", JobSchema.conversionSource, JobFile.conversionSourceNames),
        ("policy", JobSchema.policy, JobFile.policyNames),
        ("policy.rules", JobSchema.rules, PolicyRule.allCases.map(\.rawValue)),
        ("policy.brakes", JobSchema.brakes, Brakes.Cause.allCases.map(\.rawValue)),
    ]

    static func properties(_ schema: JSONValue?) -> [(name: String, value: JSONValue)] {
        guard case .object(let properties)? = schema?["properties"] else { return [] }
        return properties
    }

    @Test(arguments: sections.indices)
    func schemaAndParserKnowTheSameNames(_ index: Int) {
        let (path, schema, known) = Self.sections[index]
        let names = Self.properties(schema.json).map(\.name)
        #expect(Set(names).count == names.count, "\(path) has a name twice")
        #expect(Set(names) == Set(known), "\(path)")
        #expect(schema.json["additionalProperties"] == .bool(false), "\(path)")
    }

    @Test func everyNameIsDescribed() {
        var undescribed: [String] = []
        for (path, schema, _) in Self.sections {
            for (name, value) in Self.properties(schema.json)
            where value["description"] == nil && value["$ref"] == nil {
                undescribed.append("\(path).\(name)")
            }
        }
        #expect(undescribed.isEmpty)
    }

    @Test func everyReferenceLeadsSomewhere() {
        let schema = JobSchema.json
        func references(_ value: JSONValue) -> [String] {
            switch value {
            case .array(let elements): elements.flatMap(references)
            case .object(let members):
                members.flatMap { $0.name == "$ref" ? [$0.value.string ?? ""] : references($0.value) }
            default: []
            }
        }
        let found = Set(references(schema))
        #expect(found == ["#/$defs/test", "#/$defs/whereTest", "#/$defs/round", "#/$defs/cost"])
        for name in found { #expect(schema["$defs"]?[String(name.dropFirst(8))] != nil, "\(name)") }
    }

    @Test func presetsAreNamed() {
        let preset = Self.properties(JobSchema.source.json).first { $0.name == "preset" }?.value
        let names = preset?["anyOf"]?.elements?.first?["enum"]
        #expect(names?.elements?.compactMap(\.string) == Preset.all.map(\.name))
    }
}
