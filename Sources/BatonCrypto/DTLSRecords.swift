internal import BatonBase

/// The records of a datagram, looked at before OpenSSL sees them: RFC 6347 §4.1 and §4.2.2.
///
/// ```
/// |type (1)|version (2)|epoch (2)|sequence number (6)|length (2)| … length bytes …
/// ```
/// Whatever is malformed is dropped here. RFC 6347 §4.1.2.7 wants that, since anybody can send such
/// a datagram; OpenSSL ends the handshake over most of it, and even an association that is
/// connected over a record that is too short for its cipher.
struct DTLSRecords: Equatable {
    static let headerBytes = 13

    /// How many records have an epoch above 0: they are encrypted.
    private(set) var encryptedCount = 0
    /// The length of the records of epoch 0 that come first, in bytes.
    private(set) var clearBytes = 0
    /// Where the records end; what follows is none.
    private(set) var byteCount = 0
    /// Whether all are application data.
    private(set) var isApplicationDataOnly = true

    /// The values of a record's first byte.
    private enum ContentType {
        static let changeCipherSpec: UInt8 = 20
        static let alert: UInt8 = 21
        static let handshake: UInt8 = 22
        static let applicationData: UInt8 = 23
    }

    /// The least length of an encrypted record: the explicit nonce and the tag of AES-GCM
    /// (RFC 5288 §3). The CBC ciphers of DTLS 1.0 need more.
    private static let leastEncryptedBytes = 24

    /// Reads the records in `datagram`, up to the first one that is none; `nil` when that is the
    /// first.
    /// - Parameter longestMessage: the longest handshake message that is waited for, in bytes.
    init?(_ datagram: borrowing RawSpan, longestMessage: Int) {
        while let end = Self.end(of: byteCount, in: datagram, longestMessage) {
            if datagram.uint16(at: byteCount + 3) > 0 {
                encryptedCount += 1
            } else if encryptedCount == 0 {
                clearBytes = end
            }
            if datagram.uint8(at: byteCount) != ContentType.applicationData {
                isApplicationDataOnly = false
            }
            byteCount = end
        }
        guard byteCount > 0 else { return nil }
    }

    /// Where the record at `offset` ends; `nil` when there is none.
    private static func end(
        of offset: Int, in datagram: borrowing RawSpan, _ longestMessage: Int
    ) -> Int? {
        guard offset + headerBytes <= datagram.byteCount, datagram.uint8(at: offset + 1) == 0xfe
        else { return nil }
        let start = offset + headerBytes
        let length = Int(datagram.uint16(at: offset + 11))
        guard start + length <= datagram.byteCount else { return nil }
        let isEncrypted = datagram.uint16(at: offset + 3) > 0
        let isValid =
            switch datagram.uint8(at: offset) {
            case ContentType.changeCipherSpec: isEncrypted || length == 1
            case ContentType.alert: isEncrypted || length == 2
            case ContentType.handshake:
                isEncrypted || areMessages(start, start + length, in: datagram, longestMessage)
            case ContentType.applicationData: isEncrypted
            default: false
            }
        guard isValid, !isEncrypted || length >= leastEncryptedBytes else { return nil }
        return start + length
    }

    /// Whether the bytes between `start` and `end` are fragments of handshake messages.
    ///
    /// ```
    /// |type (1)|length (3)|message_seq (2)|fragment_offset (3)|fragment_length (3)| …
    /// ```
    private static func areMessages(
        _ start: Int, _ end: Int, in datagram: borrowing RawSpan, _ longestMessage: Int
    ) -> Bool {
        var offset = start
        repeat {
            guard offset + 12 <= end else { return false }
            // Three bytes each, read with the byte before them.
            let length = Int(datagram.uint32(at: offset) & 0xff_ffff)
            let fragmentOffset = Int(datagram.uint32(at: offset + 5) & 0xff_ffff)
            let fragmentLength = Int(datagram.uint32(at: offset + 8) & 0xff_ffff)
            guard length <= longestMessage, fragmentOffset + fragmentLength <= length,
                offset + 12 + fragmentLength <= end
            else { return false }
            offset += 12 + fragmentLength
        } while offset < end
        return true
    }
}
