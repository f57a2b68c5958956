import BatonBase
import BatonConfig
import BatonIO
import BatonNG
import Synchronization
import Testing

@testable import BatonServer

@Suite("the relay on loopback", .serialized)
struct RelayServerTests {
    @Test("N1, N7: a call over UDP: offer, answer, query, delete, with real ports in the SDP")
    func call() async throws {
        let fixture = try await ServerFixture(rtp: 62_000...62_099)
        let offer = try await fixture.offer("call")
        #expect(offer.text("result") == "ok")
        let sdp = try #require(offer.text("sdp"))
        #expect(sdp.contains("c=IN IP4 127.0.0.1"))
        let port = try #require(
            sdp.split(separator: "m=audio ").last?.split(separator: " ").first.flatMap {
                UInt16($0)
            })
        #expect((62_000...62_099).contains(port) && port % 2 == 0)
        #expect(try await fixture.answer("call").text("result") == "ok")
        let status = try #require(await fixture.server.status())
        #expect(status.totals.sessions == 1)
        #expect(status.interfaces.first?.portsUsed == 4)
        #expect(try await fixture.send("query", ["call-id": "call"])["totals"] != nil)
        #expect(try await fixture.send("delete", ["call-id": "call"]).text("result") == "ok")
        let isReturned = await ServerFixture.eventually {
            await fixture.server.status()?.interfaces.first?.portsUsed == 0
        }
        #expect(isReturned)
        await fixture.server.stop()
    }

    @Test("N1: a listener on every address answers a connected client from the address it asked")
    func wildcardListener() async throws {
        // Outside of the kernel's own choices, of which any connection may hold one.
        let everywhere = SocketAddress(ip: IPAddress(v4: 0), port: 62_890)
        let fixture = try await ServerFixture(rtp: 62_900...62_999) { config in
            config.ng.listen = [.init(address: everywhere)]
        }
        let client = try UDPSocket(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let asked = SocketAddress(ip: IPAddress(v4: 0x7f4e_0909), port: fixture.udp.port)
        try client.connect(to: asked)
        let sending = client.send(Array("1 d7:command4:pinge".utf8))
        #expect(sending == .sent)
        var buffer = [UInt8](repeating: 0, count: 64)
        let descriptor = client.descriptor
        let isAnswered = await ServerFixture.eventually {
            DatagramSocket.receive(descriptor, into: &buffer) != nil
        }
        #expect(isAnswered)
        #expect(buffer.starts(with: "1 d6:result4:ponge".utf8))
        await fixture.server.stop()
    }

    @Test("N3: two copies that wait in the socket together get the identical reply, made once")
    func copies() async throws {
        let fixture = try await ServerFixture(rtp: 62_100...62_199)
        let sdp = CoreHarness.sdpA
        let message = Array(
            "k1 d7:command5:offer3:sdp\(sdp.utf8.count):\(sdp)7:call-id1:x8:from-tag1:ae".utf8)
        fixture.sendOnly(message)
        let first = await fixture.exchange(message)
        let second = await fixture.receive()
        #expect(first != nil && first == second)
        let status = await fixture.server.status()
        #expect(status?.totals.createdSessions == 1)
        #expect(status?.totals.repeatedCookies == 1)
        await fixture.server.stop()
    }

    @Test("N26: exhausted real ports: the literal error, then calls go on as ports return")
    func exhaustion() async throws {
        let fixture = try await ServerFixture(rtp: 62_200...62_207)
        for number in 0..<2 {
            #expect(try await fixture.offer("call\(number)").text("result") == "ok")
        }
        let refused = try await fixture.offer("late")
        #expect(refused.text("error-reason") == "Ran out of ports")
        #expect(refused.text("detail")?.contains("call0 (4 ports)") == true)
        _ = try await fixture.send("delete", ["call-id": "call0"])
        let isServed = await ServerFixture.eventually {
            (try? await fixture.offer("late").text("result")) == "ok"
        }
        #expect(isServed)
        await fixture.server.stop()
    }

    @Test("N26: a port that another program holds is not given out")
    func occupiedMediaPort() async throws {
        let holder = try UDPSocket(
            bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 62_302))
        let fixture = try await ServerFixture(rtp: 62_300...62_305)
        let sdp = try #require(try await fixture.offer("call").text("sdp"))
        #expect(!sdp.contains("m=audio 62302"))
        #expect(await fixture.server.status()?.portsTakenByOthers ?? 0 <= 2)
        await fixture.server.stop()
        let kept = holder.localAddress
        #expect(kept?.port == 62_302)
    }

    @Test("N28: an occupied control port is one sentence that names it and says what to do")
    func occupiedControlPort() async throws {
        let holder = try UDPSocket(bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let takenBound = holder.localAddress
        let taken = try #require(takenBound)
        let config = ServerFixture.config { $0.ng.listen = [.init(address: taken)] }
        let error = await #expect(throws: SetupError.self) {
            _ = try await RelayServer.start(
                config, facts: ServerFixture.facts, logger: ServerFixture.logger)
        }
        let text = try #require(error?.description)
        #expect(text.hasPrefix("cannot listen for ng on \(taken) (UDP): Address already in use"))
        #expect(text.contains("--ng"))
        let kept = holder.localAddress
        #expect(kept != nil)
    }

    @Test("N17: a wrong interface is one sentence with the addresses that exist")
    func wrongInterface() async throws {
        let config = ServerFixture.config {
            $0.interfaces = [.init(name: "public", place: .address(IPAddress(v4: 0x0a00_0009)))]
        }
        let error = await #expect(throws: SetupError.self) {
            _ = try await RelayServer.start(
                config, facts: ServerFixture.facts, logger: ServerFixture.logger)
        }
        #expect(
            error?.description
                == "interface 'public': 10.0.0.9 is not an address of this machine; 127.0.0.1 is")
    }

    @Test("N1: handleNG answers for HTTP, with and without a cookie")
    func overHTTP() async throws {
        let fixture = try await ServerFixture()
        let peer = ServerFixture.loopback
        let framed = await fixture.server.handleNG(
            Array("h1 {\"command\":\"ping\"}".utf8), hasCookie: true, from: peer)
        #expect(framed == Array("h1 {\"result\":\"pong\"}".utf8))
        let plain = await fixture.server.handleNG(
            Array("d7:command4:pinge".utf8), hasCookie: false, from: peer)
        #expect(plain == Array("d6:result4:ponge".utf8))
        let none = await fixture.server.handleNG(
            Array("nothing".utf8), hasCookie: true, from: peer)
        #expect(none == nil)
        await fixture.server.stop()
    }

    @Test("N6: a stranger gets no reply and is counted")
    func stranger() async throws {
        let fixture = try await ServerFixture { config in
            config.ng.allow = [IPNetwork(address: IPAddress(v4: 0xc000_0200), prefixBits: 24)]
        }
        #expect(
            await fixture.exchange(Array("1 d7:command4:pinge".utf8), patience: .milliseconds(200))
                == nil)
        let client = try StreamClient(to: fixture.tcp)
        await client.read { _ in false }
        #expect(client.isClosed)
        #expect(await fixture.server.status()?.totals.strangers == 2)
        await fixture.server.stop()
    }

    @Test("N28: events reach readers and the observer; a slow reader loses the oldest")
    func events() async throws {
        let seen = Mutex<[String]>([])
        let fixture = try await ServerFixture(rtp: 62_400...62_499) { _ in
        } observer: { event in
            seen.withLock { $0.append(event.callID) }
        }
        let stream = try #require(await fixture.server.events(capacity: 2))
        for number in 0..<4 { _ = try await fixture.offer("call\(number)") }
        await fixture.server.stop()
        var numbers: [UInt64] = []
        for await event in stream { numbers.append(event.number) }
        #expect(numbers == [7, 8])
        #expect(seen.withLock { $0.count } == 8)
    }

    @Test("N28: reload applies what it can and names the rest; a bad one changes nothing")
    func reload() async throws {
        let fixture = try await ServerFixture()
        var config = try #require(await fixture.server.config)
        config.limits.sessions = 1
        config.media.workers = 3
        let differences = try await fixture.server.reload(config, facts: ServerFixture.facts)
        #expect(differences.applied == ["limits.sessions"])
        #expect(differences.needingRestart == ["media.workers"])
        _ = try await fixture.offer("one")
        #expect(
            try await fixture.offer("two").text("error-reason")
                == "Parallel session limit reached")
        config.interfaces = [.init(name: "x", place: .device("nonesuch"))]
        config.limits.sessions = 99
        await #expect(throws: SetupError.self) {
            _ = try await fixture.server.reload(config, facts: ServerFixture.facts)
        }
        #expect(await fixture.server.config?.limits.sessions == 1)
        await fixture.server.stop()
    }

    @Test("N28: drain refuses new sessions and ends when the running ones are silent")
    func drain() async throws {
        let fixture = try await ServerFixture { config in
            config.timeouts.drainIdle = .milliseconds(300)
        }
        _ = try await fixture.offer("one")
        let start = MonotonicClock.now()
        await fixture.server.drain()
        let took = MonotonicClock.now() - start
        #expect(took >= .milliseconds(200) && took < .seconds(30))
        #expect(await fixture.server.isServing == false)
        #expect(
            try await fixture.offer("two").text("error-reason")
                == "Parallel session limit reached")
        await fixture.server.stop()
        #expect(await fixture.server.status() == nil)
    }

    @Test("N29: the API ends a session and gets its record")
    func endByAPI() async throws {
        let fixture = try await ServerFixture()
        _ = try await fixture.offer("one")
        #expect(await fixture.server.sessions().map(\.callID) == ["one"])
        #expect(await fixture.server.session(callID: "one")?.parties.count == 2)
        #expect(await fixture.server.endSession(callID: "one")?.reason == .endedByAPI)
        #expect(await fixture.server.endSession(callID: "one") == nil)
        await fixture.server.stop()
    }

    @Test("stopping closes the control sockets, so that the next server can have them")
    func stop() async throws {
        let fixture = try await ServerFixture()
        await fixture.server.stop()
        let isFree = await ServerFixture.eventually {
            (try? UDPSocket(bindingTo: fixture.udp).descriptor) != nil
        }
        #expect(isFree)
    }

    @Test("N28: a socket from the service manager is used in place of the configured one")
    func activation() async throws {
        let socket = try UDPSocket(bindingTo: SocketAddress(ip: ServerFixture.loopback, port: 0))
        let addressBound = socket.localAddress
        let address = try #require(addressBound)
        let config = ServerFixture.config {
            $0.ng.listen = [.init(address: address, usesTCP: false)]
        }
        let passed = ServiceManager.PassedSocket(
            descriptor: socket.takeDescriptor(), kind: .datagram, address: address)
        let server = try await RelayServer.start(
            config, facts: ServerFixture.facts, passed: [passed], logger: ServerFixture.logger)
        #expect(await server.listeners.map(\.address) == [address])
        await server.stop()
    }
}
