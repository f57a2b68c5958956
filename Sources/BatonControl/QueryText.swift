import BatonAPI
import HTTPTypes

/// The parameters of a request's query.
struct QueryText {
    private var values: [String: String] = [:]

    /// The parameters that `text` writes: `a=b&c=d`, percent-encoded, `+` for a blank. Of a
    /// repeated one the last counts.
    init(_ text: some StringProtocol) {
        for pair in text.split(separator: "&").prefix(32) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = parts.map { part in
                String(part.map { $0 == "+" ? " " : $0 })
            }
            guard let name = PercentText.decode(plain[0]) else { continue }
            values[name] = plain.count == 2 ? PercentText.decode(plain[1]) ?? "" : ""
        }
    }

    /// A parameter's value.
    subscript(name: String) -> String? { values[name] }

    /// - Throws: ``RequestError`` for a parameter that is not among `known`.
    func check(known: [String]) throws(RequestError) {
        for name in values.keys.sorted() where !known.contains(name) {
            let list = known.joined(separator: ", ")
            throw RequestError(
                .badRequest, .badParameter(name, "there is no such parameter", "use \(list)"))
        }
    }
}

extension SessionQuery {
    /// The query of `GET /v1/sessions`.
    ///
    /// - Throws: ``RequestError`` that names the parameter and what it may be.
    init(parameters: QueryText) throws(RequestError) {
        self.init()
        try parameters.check(known: ["filter", "state", "sort", "limit"])
        filter = parameters["filter"]
        if let text = parameters["state"] { state = try Self.choice("state", text) }
        if let text = parameters["sort"] { sort = try Self.choice("sort", text) }
        if let text = parameters["limit"] {
            guard let number = Int(text), (1...Self.limitMost).contains(number) else {
                throw RequestError(
                    .badRequest,
                    .badParameter("limit", "'\(text)'", "use a number from 1 to \(Self.limitMost)"))
            }
            limit = number
        }
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ text: String
    ) throws(RequestError) -> Value {
        if let value = Value(rawValue: text) { return value }
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw RequestError(.badRequest, .badParameter(name, "'\(text)'", "use one of \(words)"))
    }
}
