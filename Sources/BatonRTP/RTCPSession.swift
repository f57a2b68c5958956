public import BatonBase

/// Our side of RTCP towards one party: what it is told of the stream that we send it and of those
/// that we hear from it, and what it tells us (RFC 3550 §6). Sans-IO.
///
/// Of what arrives, ``receive(_:at:)`` takes the reports; when ``nextReportAt`` has come,
/// ``writeReport(_:clock:at:into:)`` gives a compound packet. Nothing allocates for a packet.
public struct RTCPSession: Sendable {
    /// How many sources of the party are remembered; a fifth replaces the one heard of first.
    public static let sourcesMax = 4
    /// How many of our sender reports a round trip may be measured by.
    static let reportsMax = 8

    /// The source that receiver reports come from as long as nothing is sent.
    public let ownSSRC: UInt32
    /// The stream that we send to the party.
    public private(set) var sent: RTCPSentStream?
    /// When the next report is due.
    public private(set) var nextReportAt: Instant
    /// The time from us to the party and back, in nanoseconds.
    public private(set) var roundTripNanoseconds: UInt64?
    /// The party's last block about the stream that we send.
    public private(set) var remoteReport: RTCPReportBlock?
    /// The loss that an encoder should reckon with, in percent: what the party reported last, or,
    /// falling slowly, before.
    public private(set) var expectedLossPercent = 0

    private let interval: RTCPInterval
    private let canonicalName: [UInt8]
    private var heard: InlineArray<4, RTCPHeardSource?> = InlineArray(repeating: nil)
    private var nextPlace = 0
    /// The middle bits of sender reports that went out, and when they did.
    private var reports: InlineArray<8, (bits: UInt32, at: Instant)?> = InlineArray(repeating: nil)
    private var nextReport = 0
    /// ``RTCPSentStream/packetCount`` at the last report and the one before.
    private var reportedCounts: (last: UInt32, before: UInt32) = (0, 0)

    /// A session whose first report is due soon after `now`.
    public init(
        interval: RTCPInterval, at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        self.interval = interval
        ownSSRC = UInt32.random(in: 1...UInt32.max, using: &generator)
        canonicalName = RTCPCanonicalName.random(using: &generator)
        nextReportAt = now + interval.next(isFirst: true, using: &generator)
    }

    /// Counts a packet of ours. Another SSRC than before begins another stream.
    public mutating func countSent(
        ssrc: UInt32, timestamp: UInt32, payloadBytes: Int, clockRateHz: UInt32, at now: Instant
    ) {
        if sent?.ssrc != ssrc {
            sent = RTCPSentStream(ssrc: ssrc)
            reportedCounts = (0, 0)
            remoteReport = nil
        }
        sent?.count(
            timestamp: timestamp, payloadBytes: payloadBytes, clockRateHz: clockRateHz, at: now)
    }

    /// What is kept of the party's source `ssrc`.
    public func heardSource(_ ssrc: UInt32) -> RTCPHeardSource? {
        place(of: ssrc).flatMap { heard[$0] }
    }

    /// The block about a source of the party for the report that is being made.
    public mutating func block(
        about statistics: SourceStatistics, at now: Instant
    ) -> RTCPReportBlock? {
        heard[placeMaking(statistics.ssrc)]?.block(about: statistics, at: now)
    }

    /// Plans the next report.
    public mutating func schedule(
        at now: Instant, using generator: inout some RandomNumberGenerator
    ) {
        nextReportAt = now + interval.next(isFirst: false, using: &generator)
    }

    private func place(of ssrc: UInt32) -> Int? {
        for place in heard.indices where heard[place]?.ssrc == ssrc { return place }
        return nil
    }

    private mutating func placeMaking(_ ssrc: UInt32) -> Int {
        if let place = place(of: ssrc) { return place }
        let place = nextPlace
        heard[place] = RTCPHeardSource(ssrc: ssrc)
        nextPlace = (nextPlace &+ 1) % Self.sourcesMax
        return place
    }
}

// What arrives.
extension RTCPSession {
    /// Takes what a packet reports; other packets mean nothing here.
    public mutating func receive(_ packet: borrowing RTCPPacketView, at now: Instant) {
        if let information = packet.senderInformation {
            heard[placeMaking(information.ssrc)]?.receive(information, at: now)
        }
        for index in 0..<packet.reportBlockCount {
            let block = packet.reportBlock(at: index)
            if let sent, block.ssrc == sent.ssrc { receive(block, at: now) }
        }
    }

    private mutating func receive(_ block: RTCPReportBlock, at now: Instant) {
        remoteReport = block
        let loss = (Int(block.fractionLost) * 100 + 128) / 256
        expectedLossPercent = max(loss, (expectedLossPercent * 3 + loss) / 4)
        guard block.lastSenderReport != 0 else { return }
        for place in reports.indices {
            guard let report = reports[place], report.bits == block.lastSenderReport else {
                continue
            }
            let elapsed = now.nanosecondsSince(report.at)
            let delay = (UInt64(block.delaySinceLastSenderReport) * 1_000_000_000) >> 16
            // Clocks that disagree may make the delay longer than the whole (§6.4.1).
            roundTripNanoseconds = elapsed > delay ? elapsed - delay : 0
            return
        }
    }
}

// What is told.
extension RTCPSession {
    /// Writes a report at the start of `bytes`: a sender report when something was sent since the
    /// last but one (§6.4), a receiver report otherwise, and the canonical name.
    ///
    /// - Parameters:
    ///   - blocks: What ``block(about:at:)`` gave.
    ///   - clock: Where the stream that we send is at `now`.
    /// - Returns: The writer, for packets that are to follow; empty when there was no room.
    public mutating func writeReport(
        _ blocks: Span<RTCPReportBlock>, clock: RTCPClockReading?, at now: Instant,
        into bytes: inout MutableRawSpan
    ) -> RTCPWriter {
        var writer = RTCPWriter()
        let ssrc: UInt32
        if let sent, let clock, sent.packetCount != reportedCounts.before {
            ssrc = sent.ssrc
            let information = RTCPSenderInformation(
                ssrc: ssrc, ntpTimestamp: clock.ntpTimestamp, rtpTimestamp: clock.rtpTimestamp,
                packetCount: sent.packetCount, octetCount: sent.octetCount)
            guard writer.appendSenderReport(information, blocks: blocks, into: &bytes) else {
                return RTCPWriter()
            }
            reports[nextReport] = (clock.ntpTimestamp.middleBits, now)
            nextReport = (nextReport &+ 1) % Self.reportsMax
            reportedCounts = (sent.packetCount, reportedCounts.last)
        } else {
            ssrc = sent?.ssrc ?? ownSSRC
            guard writer.appendReceiverReport(ssrc: ssrc, blocks: blocks, into: &bytes) else {
                return RTCPWriter()
            }
        }
        let hasName = writer.appendCanonicalName(canonicalName.span, ssrc: ssrc, into: &bytes)
        return hasName ? writer : RTCPWriter()
    }

    /// Appends a BYE of the stream that we send, after which nothing is sent of it any more.
    /// - Returns: Whether there was a stream, and room.
    public func appendGoodbye(_ writer: inout RTCPWriter, into bytes: inout MutableRawSpan) -> Bool
    {
        guard let sent else { return false }
        let sources: InlineArray<1, UInt32> = [sent.ssrc]
        let reason: InlineArray<0, UInt8> = []
        return writer.appendGoodbye(sources: sources.span, reason: reason.span, into: &bytes)
    }

    /// Forgets the stream that we send: it has ended.
    public mutating func endStream() {
        sent = nil
        reportedCounts = (0, 0)
        remoteReport = nil
    }
}
