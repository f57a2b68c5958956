import Testing

/// One request over a connection of its own.
func request(
    _ port: UInt16, _ method: String, _ path: String, _ headers: [String] = [], body: String = "",
    host: String = "127.0.0.1"
) async throws -> RawResponse {
    let client = try RawClient(port: port)
    var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
    for header in headers { head += header + "\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.utf8.count)\r\n" }
    client.send(head + "\r\n" + body)
    let text = try await client.receive(until: RawResponse.isComplete)
    return try #require(RawResponse(text))
}
