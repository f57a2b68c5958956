public import BatonBase

/// Writes UDP payloads as a pcapng file (draft-ietf-opsawg-pcapng), whose records may bear a
/// comment: why a packet was dropped, what it was before it was decrypted.
///
/// Every block is `type, length, content, length`, in little-endian numbers and multiples of four.
public struct PCAPNGWriter: Hashable, Sendable {
    /// Bytes of a comment that are kept.
    public static let commentByteCountMax = 1_024

    private var frames: UDPFrameWriter

    /// A writer of bare IP packets, or of Ethernet frames. Times have nanoseconds.
    public init(isEthernet: Bool = false) {
        frames = UDPFrameWriter(link: isEthernet ? .ethernet : .rawIP)
    }

    /// Appends the section header and the description of the one interface, named `interfaceName`.
    public func appendHeader(
        application: String = "baton", interfaceName: String = "relay", to bytes: inout [UInt8]
    ) {
        Self.appendBlock(0x0a0d_0d0a, to: &bytes) { bytes in
            bytes.append(0x1a2b_3c4d as UInt32, .little)
            bytes.append(1 as UInt32, .little)  // version 1.0
            bytes.append(UInt64.max, .little)  // a section of unknown length
            Self.appendOption(4, application, to: &bytes)
            bytes.append(0 as UInt32, .little)
        }
        Self.appendBlock(1, to: &bytes) { bytes in
            bytes.append(frames.link.rawValue, .little)
            bytes.append(UInt32(PCAPReader.snapshotByteCount), .little)
            Self.appendOption(2, interfaceName, to: &bytes)
            // if_tsresol: a byte, the power of ten.
            bytes.append(9 as UInt16, .little)
            bytes.append(1 as UInt16, .little)
            bytes.append(9 as UInt32, .little)
            bytes.append(0 as UInt32, .little)
        }
    }

    /// Appends the record of a datagram, as ``PCAPWriter`` does, with a comment where it is not
    /// empty.
    /// - Throws: ``CaptureWriteError``; nothing is written then.
    public mutating func append(
        _ payload: RawSpan, from source: SocketAddress, to destination: SocketAddress,
        at unixNanoseconds: UInt64, comment: String = "", to bytes: inout [UInt8]
    ) throws(CaptureWriteError) {
        let (source, destination) = try CaptureAddresses.checked(
            payload, from: source, to: destination)
        let size = UInt32(frames.headerByteCount(source.ip.family) + payload.byteCount)
        let start = Self.beginBlock(6, to: &bytes)
        bytes.append(0 as UInt32, .little)  // the interface
        bytes.append(UInt32(truncatingIfNeeded: unixNanoseconds >> 32), .little)
        bytes.append(UInt32(truncatingIfNeeded: unixNanoseconds), .little)
        bytes.append(size, .little)
        bytes.append(size, .little)
        frames.append(payload, from: source, to: destination, into: &bytes)
        bytes.appendZeros((4 - Int(size) % 4) % 4)
        if !comment.isEmpty {
            Self.appendOption(1, comment, to: &bytes)
            bytes.append(0 as UInt32, .little)
        }
        Self.endBlock(start, in: &bytes)
    }

    private static func appendBlock(
        _ type: UInt32, to bytes: inout [UInt8], _ content: (inout [UInt8]) -> Void
    ) {
        let start = beginBlock(type, to: &bytes)
        content(&bytes)
        endBlock(start, in: &bytes)
    }

    private static func beginBlock(_ type: UInt32, to bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.append(type, .little)
        bytes.append(0 as UInt32, .little)
        return start
    }

    private static func endBlock(_ start: Int, in bytes: inout [UInt8]) {
        let length = UInt32(clamping: bytes.count - start + 4)
        bytes.append(length, .little)
        for index in 0..<4 {
            bytes[start + 4 + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index))
        }
    }

    /// Text is cut at the end of a character.
    private static func appendOption(
        _ code: UInt16, _ text: String, to bytes: inout [UInt8]
    ) {
        let text = text.prefix(utf8ByteCount: commentByteCountMax)
        let count = text.utf8.count
        bytes.append(code, .little)
        bytes.append(UInt16(clamping: count), .little)
        bytes.append(contentsOf: text.utf8)
        bytes.appendZeros((4 - count % 4) % 4)
    }
}

extension String {
    /// The longest beginning of whole Unicode scalars that has at most `utf8ByteCount` bytes.
    func prefix(utf8ByteCount: Int) -> Substring {
        guard utf8.count > utf8ByteCount else { return self[...] }
        var end = startIndex
        var count = 0
        for scalar in unicodeScalars {
            count += UTF8.width(scalar)
            if count > utf8ByteCount { break }
            end = unicodeScalars.index(after: end)
        }
        return self[..<end]
    }
}
