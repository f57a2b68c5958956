import BatonBase
import Testing

@testable import BatonBench

@Suite("Bench ng client")
struct ControlTransactionsTests {
    private let start = Instant(nanoseconds: 1_000_000_000)
    private let ping = ControlValue.dictionary([.init(key: "command", value: "ping")])

    @Test("a document reads back as it was written, keys in their order")
    func roundTrip() {
        let value = ControlValue.dictionary([
            .init(key: "z", value: .list([.integer(-5), "a b", .string([0, 255])])),
            .init(key: "a", value: .dictionary([.init(key: "", value: "")])),
        ])
        var bytes: [UInt8] = []
        value.write(to: &bytes)
        #expect(ControlValue(bencoded: bytes) == value)
        #expect(String(decoding: bytes.prefix(12), as: UTF8.self) == "d1:zli-5e3:a")
    }

    @Test(
        "what is no bencode is refused",
        arguments: [
            "", "i5", "5:abc", "l", "d1:a", "d1:ae", "i5ee", "99999999999999999999:a", "-1:",
            String(repeating: "l", count: 100_000),
        ])
    func refuses(text: String) {
        #expect(ControlValue(bencoded: Array(text.utf8)) == nil)
    }

    @Test("a reply ends its request once; a strange or repeated one ends nothing")
    func repliesMatch() throws {
        var transactions = ControlTransactions(prefix: "x_")
        let datagram = transactions.begin(ping, owner: 9, at: start)
        #expect(String(decoding: datagram, as: UTF8.self) == "x_1 d7:command4:pinge")
        let reply = Array("x_1 d6:result4:ponge".utf8)
        let later = start + .milliseconds(3)
        #expect(transactions.receive(Array("y_1 d6:result4:ponge".utf8), at: later) == nil)
        #expect(transactions.receive(Array("x_2 d6:result4:ponge".utf8), at: later) == nil)
        #expect(transactions.receive(Array("x_1 d6:result".utf8), at: later) == nil)
        let received = transactions.receive(reply, at: later)
        let end = try #require(received)
        #expect(end.owner == 9 && end.reply.isGranted && end.waited == .milliseconds(3))
        #expect(transactions.receive(reply, at: later) == nil)
        #expect(transactions.pendingCount == 0 && transactions.nextDeadline == nil)
    }

    @Test("N3: silence brings copies with the same cookie, then the end")
    func copiesAndEnd() {
        var transactions = ControlTransactions(
            prefix: "x_", patience: .init(firstWait: .milliseconds(100), copies: 2))
        let datagram = transactions.begin(ping, owner: 4, at: start)
        #expect(transactions.overdue(at: start + .milliseconds(99)).isEmpty)
        #expect(transactions.overdue(at: start + .milliseconds(100)) == [.copy(datagram)])
        #expect(transactions.overdue(at: start + .milliseconds(299)).isEmpty)
        #expect(transactions.overdue(at: start + .milliseconds(300)) == [.copy(datagram)])
        #expect(transactions.overdue(at: start + .milliseconds(700)) == [.unanswered(owner: 4)])
        #expect(transactions.overdue(at: start + .seconds(9)).isEmpty)
        #expect(transactions.copyCount == 2 && transactions.pendingCount == 0)
    }

    @Test("a refusal carries the relay's words")
    func refusal() throws {
        let text = "d12:error-reason16:Ran out of ports6:detail3:why6:result5:errore"
        let reply = try #require(ControlReply(document: Array(text.utf8)))
        #expect(!reply.isGranted && reply.refusal == "Ran out of ports: why")
    }

    @Test("the audio stream's own address counts before the session's")
    func mediaAddress() {
        func address(_ lines: String...) -> String? {
            SessionText.mediaAddress(in: Array(lines.joined(separator: "\r\n").utf8))?.description
        }
        #expect(address("c=IN IP4 1.2.3.4", "m=audio 7 RTP/AVP 0") == "1.2.3.4:7")
        #expect(
            address("c=IN IP4 1.2.3.4", "m=audio 7 RTP/AVP 0", "c=IN IP6 ::1") == "[::1]:7")
        #expect(
            address("m=video 5 RTP/AVP 9", "c=IN IP4 9.9.9.9", "m=audio 7 RTP/AVP 0") == nil)
        #expect(address("c=IN IP4 1.2.3.4", "m=audio 0 RTP/AVP 0") == nil)
        #expect(address("c=IN IP4 1.2.3.4", "m=audio x") == nil)
    }
}
