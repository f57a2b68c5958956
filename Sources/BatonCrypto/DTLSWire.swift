internal import COpenSSL

/// The place where OpenSSL and an association meet: OpenSSL's end of it is a BIO (`DTLSBIO`), whose
/// callbacks find this object.
///
/// All of it is touched by the association's thread only, within calls of OpenSSL's and between
/// them.
@safe final class DTLSWire {
    /// The datagram that OpenSSL may read: set for the time of one call, taken once.
    var incoming: UnsafeRawBufferPointer?
    /// The records that OpenSSL wrote and nobody took yet, one behind the other.
    private var outgoing: [UInt8] = []
    /// How many bytes of ``outgoing`` have been taken.
    private var takenBytes = 0

    /// Whether OpenSSL's retransmission timer runs.
    var isTimerRunning = false
    /// Whether OpenSSL started its timer since this was last cleared: a flight was sent.
    var didStartTimer = false
    /// Whether OpenSSL stopped its timer since this was last cleared: a flight was answered.
    var didStopTimer = false
    /// Where OpenSSL keeps the time of its next retransmission, see ``DTLSTimer``.
    var timerStorage: UnsafeMutablePointer<timeval>?
    /// The time that OpenSSL's timer is to run, in microseconds, when it cannot be governed.
    var timerMicroseconds: UInt32

    /// The fingerprints one of which the peer's certificate must have; `nil` when not known yet.
    var fingerprints: [CertificateFingerprint]?
    /// Whether the peer's certificate was refused.
    var isRefused = false
    /// What the peer has to send back when it is asked for a cookie.
    let cookie: [UInt8]
    let mtu: Int

    init(mtu: Int, timerMicroseconds: UInt32, cookie: [UInt8]) {
        self.mtu = mtu
        self.cookie = cookie
        self.timerMicroseconds = timerMicroseconds
    }

    /// Whether there is nothing to send.
    var isEmpty: Bool { takenBytes == outgoing.count }

    /// Keeps one write of OpenSSL's: one or several whole records.
    func append(_ bytes: UnsafeRawBufferPointer) {
        unsafe outgoing.append(contentsOf: bytes)
    }

    /// Moves as many records as one datagram holds to the start of `bytes`; gives their length.
    ///
    /// OpenSSL fragments messages so that a record fits the MTU, but does not count on what it
    /// still has in its buffer in every case; and a flight that is sent again it writes message by
    /// message. So the records are packed anew.
    func takeDatagram(into bytes: inout MutableRawSpan) -> Int {
        var count = 0
        while let next = nextRecordBytes, count == 0 || count + next <= mtu,
            count + next <= bytes.byteCount
        {
            for index in 0..<next {
                bytes.storeBytes(
                    of: outgoing[takenBytes + index], toByteOffset: count + index,
                    as: UInt8.self)
            }
            count += next
            takenBytes += next
        }
        if isEmpty {
            outgoing = []
            takenBytes = 0
        }
        return count
    }

    /// The length of the next record with its header; `nil` when there is none.
    private var nextRecordBytes: Int? {
        let left = outgoing.count - takenBytes
        guard left > 0 else { return nil }
        guard left >= DTLSRecords.headerBytes else { return left }
        let length = Int(outgoing[takenBytes + 11]) << 8 + Int(outgoing[takenBytes + 12])
        return min(DTLSRecords.headerBytes + length, left)
    }
}
