import Foundation
import Testing

/// A TCP client for tests that says and reads exactly what it is told. Blocking calls run on a
/// thread of their own, so that the server under test keeps the cooperative threads.
final class RawClient: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32

    /// Connects to 127.0.0.1; `receiveBufferBytes` bounds what the kernel keeps unread.
    init(port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw Failure(description: "connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Half-closes: the server sees the end of what is sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until `isEnough` or the peer closes; throws after `seconds`.
    func receive(within seconds: Int = 60, until isEnough: @escaping @Sendable (String) -> Bool)
        async throws -> String
    {
        let descriptor = descriptor
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Self.read(descriptor, seconds, isEnough))
            }
        }
    }

    /// Whether the peer closes within `seconds`.
    func isClosed(within seconds: Int) async -> Bool {
        (try? await receive(within: seconds) { _ in false }) != nil
    }

    private static func read(
        _ descriptor: Int32, _ seconds: Int, _ isEnough: (String) -> Bool
    ) -> Result<String, any Error> {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if !bytes.isEmpty, isEnough(text) { return .success(text) }
            let left = deadline - .now
            guard left > .zero else {
                return .failure(Failure(description: "no more within \(seconds) s after: \(text)"))
            }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 100) > 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return .success(text) }
            bytes += buffer[..<count]
        }
    }
}

/// A response as a client sees it.
struct RawResponse {
    var status: Int
    var headers: [String: String]
    var body: String

    init?(_ text: String) {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        guard let code = lines.first?.split(separator: " ").dropFirst().first,
            let status = Int(code)
        else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
        }
        body = String(text[end.upperBound...])
    }

    /// Whether the body that the head promises has arrived.
    static func isComplete(_ text: String) -> Bool {
        guard let response = RawResponse(text) else { return false }
        let length = response.headers["content-length"].flatMap { Int($0) } ?? 0
        return response.body.utf8.count >= length
    }
}

/// Waits until `condition` holds, at most ten seconds.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return await condition()
}
