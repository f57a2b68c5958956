public import BatonBase

extension SourceStatistics {
    /// Counts a packet of this source that arrived at `now`.
    ///
    /// `bytes` is whatever the caller counts, such as the UDP payload. `clockRateHz` is the clock
    /// of the packet's payload type, 0 when it is unknown.
    @inlinable @inline(__always)
    public mutating func receive(
        sequenceNumber: UInt16, timestamp: UInt32, payloadType: UInt8, bytes: Int,
        clockRateHz: UInt32, at now: Instant
    ) -> SourceArrival {
        // The next packet of the sequence is counted right here, all others out of line.
        guard sequenceNumber &- UInt16(truncatingIfNeeded: highest) == 1 else {
            return receiveOutOfSequence(
                sequenceNumber, timestamp: timestamp, payloadType: payloadType, bytes: bytes,
                clockRateHz: clockRateHz, at: now)
        }
        highest &+= 1
        olderWindow = olderWindow &<< 1 | window &>> 63
        window = window &<< 1 | 1
        pendingSequenceNumber = Self.nonePending
        newestTimestamp = timestamp
        newestPayloadType = payloadType
        count(bytes: bytes, timestamp: timestamp, clockRateHz: clockRateHz, at: now)
        return .inOrder
    }

    /// Counts a packet of this source, whose header this is, that arrived at `now`.
    @inlinable @inline(__always)
    public mutating func receive(
        _ header: RTPHeader, bytes: Int, clockRateHz: UInt32, at now: Instant
    ) -> SourceArrival {
        receive(
            sequenceNumber: header.sequenceNumber, timestamp: header.timestamp,
            payloadType: header.payloadType, bytes: bytes, clockRateHz: clockRateHz, at: now)
    }

    /// Counts a packet that had not come before.
    @inlinable @inline(__always)
    mutating func count(bytes: Int, timestamp: UInt32, clockRateHz: UInt32, at now: Instant) {
        packetCount &+= 1
        byteCount &+= UInt64(truncatingIfNeeded: bytes)
        updateJitter(timestamp: timestamp, clockRateHz: clockRateHz, at: now)
    }

    /// RFC 3550 §A.8, in nanoseconds instead of clock ticks, so that it outlives a change of clock.
    ///
    /// Packets that share a timestamp with the one before (a video frame, a telephone event that
    /// goes on) have no transit time of their own and are passed over.
    @inlinable @inline(__always)
    mutating func updateJitter(
        timestamp: UInt32, clockRateHz: UInt32, at now: Instant
    ) {
        guard clockRateHz == self.clockRateHz, tickLength != 0 else {
            startTimeline(timestamp: timestamp, clockRateHz: clockRateHz, at: now)
            return
        }
        let ticks = Int64(Int32(bitPattern: timestamp &- referenceTimestamp))
        if ticks == 0 { return }
        let elapsed = Int64(bitPattern: now.nanoseconds &- referenceArrival)
        referenceTimestamp = timestamp
        referenceArrival = now.nanoseconds
        let change = elapsed &- (ticks &* tickLength) &>> Self.tickFractionBits
        let difference = change < 0 ? 0 &- change : change
        if difference > Self.maximumTransitChangeNanoseconds || difference < 0 { return }
        scaledJitter &+= difference &- (scaledJitter &+ 8) &>> 4
    }

    /// The next transit time is compared with this packet's; the jitter stays as it is.
    @usableFromInline mutating func startTimeline(
        timestamp: UInt32, clockRateHz: UInt32, at now: Instant
    ) {
        if clockRateHz != self.clockRateHz {
            self.clockRateHz = clockRateHz
            tickLength = Self.tickLength(clockRateHz: clockRateHz)
        }
        referenceTimestamp = timestamp
        referenceArrival = now.nanoseconds
    }

    /// Counts a packet that does not follow the newest one.
    @usableFromInline @inline(never)
    mutating func receiveOutOfSequence(
        _ sequenceNumber: UInt16, timestamp: UInt32, payloadType: UInt8, bytes: Int,
        clockRateHz: UInt32, at now: Instant
    ) -> SourceArrival {
        let arrival = sort(sequenceNumber, bytes: bytes)
        switch arrival {
        case .inOrder:
            newestTimestamp = timestamp
            newestPayloadType = payloadType
            count(bytes: bytes, timestamp: timestamp, clockRateHz: clockRateHz, at: now)
        case .reordered:
            count(bytes: bytes, timestamp: timestamp, clockRateHz: clockRateHz, at: now)
        case .restarted:
            newestTimestamp = timestamp
            newestPayloadType = payloadType
            startTimeline(timestamp: timestamp, clockRateHz: clockRateHz, at: now)
        case .duplicate, .unexpected: break
        }
        return arrival
    }

    /// Finds the packet's place in the sequence. A duplicate, a stray and a restart are counted
    /// here, all else is left to the caller.
    private mutating func sort(_ sequenceNumber: UInt16, bytes: Int) -> SourceArrival {
        let step = sequenceNumber &- UInt16(truncatingIfNeeded: highest)
        let behind = 0 &- step
        if behind < Self.maximumMisorder { return takeLate(behind: Int(behind)) }
        guard step < Self.maximumDropout else { return takeJump(sequenceNumber, bytes: bytes) }
        highest &+= Int64(step)
        // `<<` and `>>` give 0 for a shift by 64 or more.
        let shift = Int(step)
        let crossing = shift < 64 ? window >> (64 - shift) : window << (shift - 64)
        olderWindow = olderWindow << shift | crossing
        window = window << shift | 1
        pendingSequenceNumber = Self.nonePending
        return .inOrder
    }

    private mutating func takeLate(behind: Int) -> SourceArrival {
        let bit: UInt64 = 1 << UInt64(behind & 63)
        if (behind < 64 ? window : olderWindow) & bit != 0 {
            duplicates &+= 1
            return .duplicate
        }
        if behind < 64 { window |= bit } else { olderWindow |= bit }
        reordered &+= 1
        let sequenceNumber = highest &- Int64(behind)
        if sequenceNumber < base {
            // The first packet seen was not the first one sent.
            origin &-= base &- sequenceNumber
            base = sequenceNumber
        }
        return .reordered
    }

    /// Two packets in a row far from the sequence are a source that started anew (§A.1).
    private mutating func takeJump(_ sequenceNumber: UInt16, bytes: Int) -> SourceArrival {
        guard UInt32(sequenceNumber) == pendingSequenceNumber else {
            strays &+= 1
            pendingSequenceNumber = UInt32(sequenceNumber &+ 1)
            pendingBytes = UInt32(clamping: bytes)
            return .unexpected
        }
        let lostBefore = lost
        restarts &+= 1
        strays &-= 1
        packetCount &+= 2
        byteCount &+= UInt64(pendingBytes) &+ UInt64(truncatingIfNeeded: bytes)
        highest = Int64(sequenceNumber)
        base = highest &- 1
        origin = highest &- lostBefore &- Int64(truncatingIfNeeded: packets)
        window = 0b11
        olderWindow = 0
        pendingSequenceNumber = Self.nonePending
        return .restarted
    }
}
