internal import BatonBase
internal import BatonRTP

// RTCP where RTP is changed: what arrives is consumed (RFC 3550 §7.2, §7.3).
extension RelayCore {
    /// Brings a port's reports in line with its configuration.
    mutating func configureRTCP(_ index: Int, _ treatment: RTCPTreatment, at now: Instant) {
        ports[index].rtcpHandling = treatment.handling
        guard case .terminate(let termination) = treatment else {
            releaseReporter(of: index)
            return
        }
        ports[index].effects.insert(.countsForReports)
        guard reporterNumbers[index] < 0, !reporters.isFull else { return }
        let session = RTCPSession(
            interval: termination.hasFeedback ? .feedback : .regular, at: now, using: &generator)
        wheel.arm(PortTimer.reports.number(of: index), at: session.nextReportAt)
        reporterNumbers[index] = reporters.insert(session)
    }

    /// Forgets what a port reports.
    mutating func releaseReporter(of index: Int) {
        guard reporterNumbers[index] >= 0 else { return }
        reporters.remove(reporterNumbers[index])
        reporterNumbers[index] = RelayPort.none
        wheel.disarm(PortTimer.reports.number(of: index))
    }

    /// The port that keeps the reports of port `index`; `nil` when nothing does.
    private func reportingPort(of index: Int) -> Int? {
        var owner = index
        if case .terminateAt(let slot) = configurations[index].rtcpTreatment {
            owner = Int(slot.index)
        }
        return owner >= 0 && owner < ports.count && reporterNumbers[owner] >= 0 ? owner : nil
    }

    /// The port on the other side that packets of port `index` leave by and whose packets leave by
    /// it; `nil` when there is none.
    func opposite(of index: Int) -> Int? {
        let other = Int(ports[index].rtpSink)
        guard other >= 0, other < ports.count, ports[other].isOpen,
            ports[other].rtpSink == Int32(index)
        else { return nil }
        return other
    }

    /// Takes RTCP that ends at port `index`.
    @inline(never)
    mutating func consumeRTCP(_ bytes: RawSpan, _ index: Int, at now: Instant) {
        guard let owner = reportingPort(of: index) else {
            count(.droppedNoDestination, index)
            return
        }
        do throws(RTCPParseError) {
            let compound = try RTCPCompoundView(bytes, allowsReducedSize: true)
            let first = outbox.entries.count
            var packets = compound.packets
            while let packet = packets.next() {
                reporters[reporterNumbers[owner]].receive(packet, at: now)
                pass(packet, from: owner, first, at: now)
            }
            protectOutgoing(from: first)
            useRemoteReport(of: owner)
        } catch {
            count(.droppedMalformed, index)
        }
    }

    /// Takes feedback out of RTCP that passes, and gives the new length; `nil` when nothing is
    /// left.
    @inline(never)
    mutating func removeFeedback(
        _ room: inout MutableRawSpan, _ bytes: Int, _ index: Int
    ) -> Int? {
        guard let rest = try? RTCPCompound.removeFeedback(in: &room, byteCount: bytes) else {
            count(.droppedMalformed, index)
            return nil
        }
        if rest < bytes { count(.droppedFeedback, index) }
        return rest > 0 ? rest : nil
    }

    /// Sends on what is not a report, in a packet of ours that begins with one (§6.1).
    private mutating func pass(
        _ packet: borrowing RTCPPacketView, from owner: Int, _ first: Int, at now: Instant
    ) {
        switch packet.packetType {
        case .goodbye: passGoodbye(packet, from: owner, at: now)
        case .transportFeedback, .payloadFeedback:
            guard case .terminate(let termination) = configurations[owner].rtcpTreatment,
                termination.passesFeedback
            else {
                count(.droppedFeedback, owner)
                return
            }
            passCopy(of: packet, from: owner, first)
        case .application: passCopy(of: packet, from: owner, first)
        default: break
        }
    }

    /// A copy goes behind the others of its datagram.
    private mutating func passCopy(
        of packet: borrowing RTCPPacketView, from owner: Int, _ first: Int
    ) {
        guard let other = opposite(of: owner) else { return }
        if outbox.entries.count == first {
            sendReport(of: other, withBlocks: false, at: nil)
        }
        guard outbox.entries.count > first else { return }
        outbox.extend(outbox.entries.count - 1, with: packet.bytes)
    }

    /// A source that leaves is gone for the other side, too, unless its stream goes on there under
    /// a name of our own.
    private mutating func passGoodbye(
        _ packet: borrowing RTCPPacketView, from owner: Int, at now: Instant
    ) {
        guard let other = opposite(of: owner), reporterNumbers[other] >= 0,
            ports[other].continuousIdentity < 0,
            let ssrc = reporters[reporterNumbers[other]].sent?.ssrc
        else { return }
        for index in 0..<packet.goodbyeSourceCount where packet.goodbyeSource(at: index) == ssrc {
            sendReport(of: other, withBlocks: true, saysGoodbye: true, at: now)
            reporters[reporterNumbers[other]].endStream()
            return
        }
    }

    /// Shows what the party says of the stream that it gets, and has the encoder reckon with it.
    private mutating func useRemoteReport(of owner: Int) {
        let number = reporterNumbers[owner]
        guard let report = reporters[number].remoteReport else { return }
        store(report.fractionLost, .remoteFractionLost, owner)
        store(max(report.cumulativeLost, 0), .remotePacketsLost, owner)
        if let time = reporters[number].roundTripNanoseconds {
            // 0 stands for an unknown time.
            store(max(time / 1_000, 1), .roundTripMicroseconds, owner)
        }
        let loss = reporters[number].expectedLossPercent
        guard let other = opposite(of: owner), ports[other].converter >= 0 else { return }
        converters[ports[other].converter].setExpectedLoss(percent: loss)
    }
}
