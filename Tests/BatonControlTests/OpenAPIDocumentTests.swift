import BatonAPI
import BatonControl
import BatonControlTestKit
import Testing
import Yams

/// Compares the embedded document with the routes and with what the types write.
@Suite("OpenAPI document (N29)")
struct OpenAPIDocumentTests {
    private let root: Node.Mapping

    init() throws {
        root = try #require(try Yams.compose(yaml: OpenAPIDocument.text)?.mapping)
    }

    @Test("every route is described, and nothing else")
    func routes() throws {
        var described: Set<String> = []
        for (path, item) in try #require(root["paths"]?.mapping) {
            for (method, operation) in try #require(item.mapping) {
                let name = "\(method.string?.uppercased() ?? "") \(path.string ?? "")"
                described.insert(name)
                let route = try #require(ControlRoute(rawValue: name), "\(name)")
                #expect(operation["operationId"]?.string == "\(route)")
                let isOpen = operation["security"]?.sequence?.isEmpty == true
                #expect(isOpen == route.isOpen, "\(name)")
            }
        }
        #expect(described == Set(ControlRoute.allCases.map(\.rawValue)))
    }

    @Test("the types write exactly the properties that are described, with their types")
    func schemas() throws {
        try compare(Samples.status, "StatusAnswer")
        try compare(Samples.sessions[0], "SessionSummary")
        let list = SessionQuery().answer(from: [Samples.sessions[0]])
        try compare(list, "SessionListAnswer")
        try compare(Samples.detail, "SessionDetailAnswer")
        try compare(Samples.event, "ControlEvent")
        try compare(LostEvents(events: 3), "LostEvents")
        try compare(ErrorAnswer(error: "a", detail: "b", hint: "c"), "ErrorAnswer")
        try compare(EndSessionAnswer(callID: "a", durationSeconds: 1.5), "EndSessionAnswer")
        try compare(DrainAnswer(sessions: 1, remainingSeconds: 2), "DrainAnswer")
        let change = ReloadAnswer.Change(key: "a", old: "b", new: "c")
        try compare(ReloadAnswer(applied: [change], needsRestart: [change]), "ReloadAnswer")
        let entry = ConfigAnswer.Entry(
            key: "a", value: "b", isDefault: true, appliesOnReload: false)
        try compare(ConfigAnswer(settings: [entry]), "ConfigAnswer")
    }

    @Test("a key without a value is left out, and the document does not require it")
    func optional() throws {
        let schema = try self.schema("ControlEvent")
        let text = String(
            decoding: try APICoding.encode(ControlEvent(kind: .drain, timeUnixMs: 1)),
            as: UTF8.self)
        #expect(text == #"{"kind":"drain","timeUnixMs":1}"#)
        #expect(schema["required"]?.array().compactMap(\.string) == ["kind", "timeUnixMs"])
    }

    @Test("enumerations list the words that the types have")
    func words() throws {
        let words = { (name: String) in
            try self.schema(name)["enum"]?.array().compactMap(\.string)
        }
        #expect(try words("EventKind") == ControlEvent.Kind.allCases.map(\.rawValue))
        #expect(try words("SessionState") == SessionSummary.State.allCases.map(\.rawValue))
        #expect(try words("DaemonState") == StatusAnswer.State.allCases.map(\.rawValue))
        let sort = OpenAPIDocument.text.contains(
            "enum: [\(SessionQuery.Sort.allCases.map(\.rawValue).joined(separator: ", "))]")
        #expect(sort)
    }

    @Test("the document is served")
    func served() async throws {
        let response = try await withServer { port, _, _ in
            try await request(port, "GET", "/openapi.yaml")
        }
        #expect(response.status == 200 && response.body == OpenAPIDocument.text)
    }

    private func schema(_ name: String) throws -> Node {
        try #require(root["components"]?["schemas"]?[name], "\(name)")
    }

    /// JSON is YAML, so the answer is read back as nodes.
    private func compare(_ value: some Encodable, _ name: String) throws {
        let json = String(decoding: try APICoding.encode(value), as: UTF8.self)
        let node = try #require(try Yams.compose(yaml: json))
        try compare(node, try schema(name), at: name)
    }

    private func compare(_ node: Node, _ schema: Node, at place: String) throws {
        if let reference = schema["$ref"]?.string {
            let name = String(reference.split(separator: "/").last ?? "")
            return try compare(node, try self.schema(name), at: place)
        }
        switch schema["type"]?.string {
        case "object": try compareObject(node, schema, at: place)
        case "array":
            let items = try #require(schema["items"])
            for item in node.array() { try compare(item, items, at: place + "[]") }
        case "integer": #expect(node.int != nil || node.string.flatMap { UInt64($0) } != nil)
        case "number": #expect(node.float != nil, "\(place)")
        case "boolean": #expect(node.bool != nil, "\(place)")
        case "string":
            let words = schema["enum"]?.array().compactMap(\.string)
            #expect(words?.contains(node.string ?? "") != false, "\(place)")
        default: Issue.record("no type at \(place)")
        }
    }

    private func compareObject(_ node: Node, _ schema: Node, at place: String) throws {
        let object = try #require(node.mapping, "\(place)")
        guard let properties = schema["properties"]?.mapping else {
            #expect(schema["additionalProperties"]?["type"]?.string == "integer", "\(place)")
            return
        }
        let written = Set(object.keys.compactMap(\.string))
        let described = Set(properties.keys.compactMap(\.string))
        #expect(written == described, "\(place)")
        for (key, value) in object {
            let name = key.string ?? ""
            if let property = properties[name] {
                try compare(value, property, at: "\(place).\(name)")
            }
        }
    }
}
