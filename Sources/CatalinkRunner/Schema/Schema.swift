import CatalinkCore

/// A part of a JSON Schema (draft 2020-12) of what a job file may say.
///
/// Values of job files are texts as written. Editors read plain YAML scalars as numbers and booleans, so each
/// value is described for all the types that it may look like.
struct Schema: Sendable {
    typealias Member = (name: String, value: JSONValue)

    private(set) var members: [Member]

    init(_ members: [Member]) {
        self.members = members
    }

    var json: JSONValue { .object(members) }

    /// With a description that editors show.
    func about(_ text: String) -> Schema {
        adding("description", .string(text))
    }

    func adding(_ name: String, _ value: JSONValue) -> Schema {
        Schema(members + [(name, value)])
    }

    func adding(_ name: String, schema: Schema) -> Schema {
        adding(name, schema.json)
    }

    /// May be of these types, too.
    func or(_ more: String...) -> Schema {
        var schema = self
        for index in members.indices where members[index].name == "type" {
            let types = members[index].value.elements ?? [members[index].value]
            schema.members[index].value = .array(types + more.map(JSONValue.string))
        }
        return schema
    }

    /// May stand without a value, which takes away what a preset says.
    var orNothing: Schema { or("null") }
}

// MARK: Structure

extension Schema {
    /// A mapping that knows these names and no others.
    static func mapping(_ properties: KeyValuePairs<String, Schema>, required: [String] = []) -> Schema {
        mapping(of: properties.map { ($0.key, $0.value) }, required: required)
    }

    static func mapping(
        of properties: [(name: String, schema: Schema)], required: [String] = []
    ) -> Schema {
        var members: [Member] = [
            ("type", .string("object")), ("properties", .schemas(properties)),
            ("additionalProperties", .bool(false)),
        ]
        if !required.isEmpty { members.append(("required", .strings(required))) }
        return Schema(members)
    }

    /// One name more.
    func knowing(_ name: String, _ schema: Schema) -> Schema {
        var known = self
        for index in members.indices where members[index].name == "properties" {
            guard case .object(let properties) = members[index].value else { continue }
            known.members[index].value = .object(properties + [(name, schema.json)])
        }
        return known
    }

    /// A mapping whose names are the job's own.
    static func names(of value: Schema) -> Schema {
        Schema([("type", .string("object")), ("additionalProperties", value.json)])
    }

    static func list(of element: Schema) -> Schema {
        Schema([("type", .string("array")), ("items", element.json)])
    }

    static func required(_ names: [String]) -> Schema {
        Schema([("required", .strings(names))])
    }

    /// Exactly one of these names.
    func withOne(of names: [String]) -> Schema {
        adding("oneOf", .array(names.map { Schema.required([$0]).json }))
    }

    /// None of these names.
    func refusing(_ names: [String]) -> Schema {
        adding("properties", .object(names.map { ($0, .bool(false)) }))
    }

    static func shared(_ name: String) -> Schema {
        Schema([("$ref", .string("#/$defs/\(name)"))])
    }
}

extension JSONValue {
    static func strings(_ texts: [String]) -> JSONValue {
        .array(texts.map(JSONValue.string))
    }

    static func schemas(_ schemas: [(name: String, schema: Schema)]) -> JSONValue {
        .object(schemas.map { ($0.name, $0.schema.json) })
    }
}
