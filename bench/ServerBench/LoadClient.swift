import BatonBase
import BatonIO

/// A proxy that keeps 64 calls going: offer, answer, delete, each after the reply to the one
/// before.
final class LoadClient {
    private(set) var errors = 0
    private let socket: UDPSocket
    private let server: SocketAddress
    private let reader = DatagramReader()
    private var next = 0
    private(set) var done = 0

    init(_ port: UInt16) throws {
        let ip = IPAddress(v4: 0x7f00_0001)
        server = SocketAddress(ip: ip, port: port)
        var options = UDPSocketOptions()
        options.receiveBufferBytes = 4 << 20
        socket = try UDPSocket(bindingTo: SocketAddress(ip: ip, port: 0), options: options)
    }

    func run(calls: Int) {
        let first = min(64, calls)
        for _ in 0..<first { begin() }
        var lastReply = MonotonicClock.now()
        while done < calls {
            guard let (reply, _) = reader.receive(from: socket.descriptor) else {
                if MonotonicClock.now() - lastReply > .seconds(3) { return }
                continue
            }
            lastReply = MonotonicClock.now()
            take(reply, of: calls)
        }
    }

    private func begin() {
        next += 1
        send("o", next)
    }

    private func take(_ reply: [UInt8], of calls: Int) {
        if !reply.suffix(13).elementsEqual("6:result2:oke".utf8) { errors += 1 }
        guard let space = reply.firstIndex(of: UInt8(ascii: " ")), space > 1,
            let number = Int(String(decoding: reply[1..<space], as: UTF8.self))
        else { return }
        switch reply[0] {
        case UInt8(ascii: "o"): send("a", number)
        case UInt8(ascii: "a"): send("d", number)
        default:
            done += 1
            if next < calls { begin() }
        }
    }

    private func send(_ kind: String, _ number: Int) {
        let commands = ["o": "offer", "a": "answer", "d": "delete"]
        var text = "\(kind)\(number) d8:supportsl10:load limite"
        func add(_ key: String, _ value: String) {
            text += "\(key.utf8.count):\(key)\(value.utf8.count):\(value)"
        }
        if kind != "d" { add("sdp", Self.sdp((kind == "o" ? 40_000 : 50_000) + number % 9_999)) }
        add("call-id", "call-\(number)@bench.invalid")
        text += "13:received-froml3:IP49:127.0.0.1e"
        if kind != "d" { text += "7:replacel6:origin18:session-connectione" }
        add("from-tag", "tag-a-\(number)")
        if kind == "a" { add("to-tag", "tag-b-\(number)") }
        add("command", commands[kind] ?? "ping")
        text += "e"
        _ = DatagramSocket.send(Array(text.utf8), through: socket.descriptor, to: server)
    }

    private static func sdp(_ port: Int) -> String {
        "v=0\r\no=- 3724394400 3724394405 IN IP4 127.0.0.1\r\ns=call\r\nc=IN IP4 127.0.0.1\r\n"
            + "t=0 0\r\nm=audio \(port) RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\n"
            + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            + "a=fmtp:101 0-16\r\na=sendrecv\r\na=ptime:20\r\n"
    }
}
