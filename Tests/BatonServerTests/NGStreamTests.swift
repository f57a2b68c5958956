import BatonBase
import BatonConfig
import BatonIO
import BatonNG
import Logging
import Synchronization
import Testing

@testable import BatonServer

@Suite("ng over TCP (N1)", .serialized)
struct NGStreamTests {
    private let ping = Array("1 d7:command4:pinge".utf8)
    private let pong = Array("1 d6:result4:ponge".utf8)

    @Test("N1: messages in both encodings, cut anywhere and run together, are each answered")
    func anyCut() async throws {
        let fixture = try await ServerFixture()
        let client = try StreamClient(to: fixture.tcp)
        let two = ping + Array("2 {\"command\":\"ping\"}".utf8)
        let expected = pong + Array("2 {\"result\":\"pong\"}".utf8)
        for byte in two {
            await client.send([byte])
            try await Task.sleep(for: .milliseconds(1))
        }
        await client.read { $0.count >= expected.count }
        #expect(client.received == expected)
        await client.send(two + two)
        await client.read { $0.count >= expected.count * 3 }
        #expect(client.received == expected + expected + expected)
        await fixture.server.stop()
    }

    @Test("N1: a message of 60 KiB is taken, a broken stream is answered and closed")
    func large() async throws {
        let fixture = try await ServerFixture()
        let client = try StreamClient(to: fixture.tcp)
        let filler = String(repeating: "x", count: 60_000)
        await client.send(Array("1 d7:command4:ping3:pad60000:\(filler)e".utf8))
        await client.read { $0.count >= pong.count }
        #expect(client.received == pong)
        await client.send(Array("9 nonsense".utf8))
        await client.read { _ in false }
        #expect(client.isClosed)
        #expect(String(decoding: client.received, as: UTF8.self).contains("Invalid NG data format"))
        await fixture.server.stop()
    }

    @Test(
        "N1: connections beyond the limit are closed at once and counted; a closed one makes room")
    func connectionLimit() async throws {
        let fixture = try await ServerFixture { $0.ng.connections = 3 }
        var clients: [StreamClient] = []
        for _ in 0..<3 { clients.append(try StreamClient(to: fixture.tcp)) }
        for client in clients {
            await client.send(ping)
            await client.read { $0 == pong }
            #expect(client.received == pong)
        }
        let refused = try StreamClient(to: fixture.tcp)
        await refused.read { _ in false }
        #expect(refused.isClosed)
        #expect(await fixture.server.status()?.totals.connectionsRefused == 1)
        clients.removeLast()
        let isServed = await ServerFixture.eventually {
            guard let client = try? StreamClient(to: fixture.tcp) else { return false }
            await client.send(ping)
            await client.read { $0 == pong }
            return client.received == pong
        }
        #expect(isServed)
        await fixture.server.stop()
    }

    @Test("N1: a peer that never reads is dropped after its time; others are served meanwhile")
    func neverReads() async throws {
        let fixture = try await ServerFixture { $0.ng.idleTimeout = .seconds(2) }
        let client = try StreamClient(to: fixture.tcp)
        let request = Array("1 d7:command10:statisticse".utf8)
        let flood = Array(repeatElement(request, count: 500).joined())
        for _ in 0..<200 where client.sendWithoutWaiting(flood) > 0 {}
        #expect(try await fixture.send("ping").text("result") == "pong")
        let isDropped = await ServerFixture.eventually {
            await fixture.server.status()?.totals.connectionsDropped == 1
        }
        #expect(isDropped)
        #expect(await fixture.server.status()?.totals.connections == 0)
        await fixture.server.stop()
    }

    @Test("N1: while a reply waits for its peer nothing more is read, so memory stays bounded")
    func backPressure() async throws {
        let listener = try TCPListener(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let bound = listener.localAddress
        let client = try StreamClient(to: try #require(bound))
        var accepted: Int32?
        _ = await ServerFixture.eventually {
            accepted = (try? listener.accept())?.socket
            return accepted != nil
        }
        var now = Instant(nanoseconds: 1)
        let connection = NGStreamConnection(
            owning: try #require(accepted), peer: try #require(bound), limits: NGLimits(), at: now)
        let reply = [UInt8](repeating: 7, count: 16 << 20)
        var executed = 0
        var buffer: [UInt8] = []
        let execute = { (_: NGFrame) -> [UInt8]? in
            executed += 1
            return reply
        }
        await client.send(ping + ping)
        let isStalled = await ServerFixture.eventually {
            connection.readable(at: now, buffer: &buffer, execute: execute) == .write
        }
        #expect(isStalled && executed == 1)
        #expect(connection.stalledSince == now)
        now = now + .seconds(1)
        #expect(connection.readable(at: now, buffer: &buffer, execute: execute) == .write)
        #expect(executed == 1)
        await client.read { bytes in
            bytes.count >= reply.count || connection.writable(at: now) == .read
        }
        _ = await ServerFixture.eventually { connection.writable(at: now) == .read }
        #expect(connection.stalledSince == nil)
        _ = connection.answerComplete(at: now, execute: execute)
        #expect(executed == 2)
    }

    @Test("N1: a silent connection is closed after the idle time")
    func idle() async throws {
        let fixture = try await ServerFixture { $0.ng.idleTimeout = .seconds(1) }
        let client = try StreamClient(to: fixture.tcp)
        await client.read { _ in false }
        #expect(client.isClosed)
        #expect(await fixture.server.status()?.totals.connectionsDropped == 1)
        await fixture.server.stop()
    }

    @Test("N1: a stream without a cookie is closed, and counted like a datagram without one")
    func noCookie() async throws {
        let fixture = try await ServerFixture()
        let client = try StreamClient(to: fixture.tcp)
        await client.send([UInt8](repeating: UInt8(ascii: "x"), count: 300))
        await client.read { _ in false }
        #expect(client.isClosed && client.received.isEmpty)
        fixture.sendOnly(Array("d7:command4:pinge".utf8))
        let isCounted = await ServerFixture.eventually {
            await fixture.server.status()?.totals.unusableMessages == 2
        }
        #expect(isCounted)
        await fixture.server.stop()
    }

    @Test("N6: a reload that takes a peer off the list closes its connections, and no others")
    func allowList() async throws {
        let lines = KeepingLogHandler.Lines()
        let fixture = try await ServerFixture(
            logger: Logger(label: "test") { _ in KeepingLogHandler(lines: lines) })
        let client = try StreamClient(to: fixture.tcp)
        await client.send(ping)
        await client.read { $0 == pong }
        var config = try #require(await fixture.server.config)
        for allow in ["127.0.0.0/8", "192.0.2.0/24"] {
            config.ng.allow = [try #require(IPNetwork(allow))]
            _ = try await fixture.server.reload(config, facts: ServerFixture.facts)
            if allow == "127.0.0.0/8" {
                await client.send(ping)
                await client.read { $0 == pong + pong }
                #expect(client.received == pong + pong)
            }
        }
        await client.read { _ in false }
        #expect(client.isClosed)
        #expect(await fixture.server.status()?.totals.connections == 0)
        let told = lines.all.withLock { $0.filter { $0.text.contains("no longer allowed") } }
        #expect(told.map(\.metadata) == [["connections": "1"]])
        await fixture.server.stop()
    }

    @Test("N1: two thousand connections leave UDP served")
    func connectionFlood() async throws {
        let fixture = try await ServerFixture { $0.ng.connections = 100 }
        var clients: [StreamClient] = []
        for _ in 0..<2_000 {
            if let client = try? StreamClient(to: fixture.tcp) { clients.append(client) }
        }
        #expect(try await fixture.send("ping").text("result") == "pong")
        let isCounted = await ServerFixture.eventually {
            guard let totals = await fixture.server.status()?.totals else { return false }
            return totals.connections <= 100
                && totals.connectionsRefused + 100 >= UInt64(clients.count)
        }
        #expect(isCounted)
        await fixture.server.stop()
    }
}
