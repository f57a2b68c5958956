import BatonMediaFile

/// Opus packets made by hand: what is in their frames does not matter here.
func opusPacket(configuration: UInt8 = 31, isStereo: Bool = false, _ frame: [UInt8]) -> [UInt8] {
    [configuration << 3 | (isStereo ? 4 : 0)] + frame
}

/// An Ogg page made without the code under test; `packets` are whole ones, the last goes on when
/// `isOpen`.
func oggPage(
    _ packets: [[UInt8]], granule: Int, sequence: Int, serial: Int = 7, flags: UInt8 = 0,
    isOpen: Bool = false
) -> [UInt8] {
    var table: [UInt8] = []
    for (index, packet) in packets.enumerated() {
        table += [UInt8](repeating: 255, count: packet.count / 255)
        if !isOpen || index < packets.count - 1 { table.append(UInt8(packet.count % 255)) }
    }
    var page = Array("OggS".utf8) + [0, flags]
    page += little(granule, 8) + little(serial, 4) + little(sequence, 4) + [0, 0, 0, 0]
    page += [UInt8(table.count)] + table + packets.joined()
    var checksum: UInt32 = 0
    for byte in page {
        for bit in 0..<8 {
            let isSet = (checksum >> 31 == 1) != (byte >> UInt8(7 - bit) & 1 == 1)
            checksum = checksum << 1 ^ (isSet ? 0x04c1_1db7 : 0)
        }
    }
    page.replaceSubrange(22..<26, with: little(Int(checksum), 4))
    return page
}

/// The two header pages of stream `serial`.
func opusHeaderPages(
    channels: UInt8 = 1, preSkip: Int = 0, family: UInt8 = 0, version: UInt8 = 1, gain: Int = 0,
    serial: Int = 7
) -> [UInt8] {
    let head =
        "OpusHead".utf8 + [version, channels] + little(preSkip, 2) + little(48_000, 4)
        + little(gain, 2) + [family]
    let tags = "OpusTags".utf8 + little(1, 4) + "t".utf8 + little(0, 4)
    return oggPage([Array(head)], granule: 0, sequence: 0, serial: serial, flags: 2)
        + oggPage([Array(tags)], granule: 0, sequence: 1, serial: serial)
}

extension OggOpusReader {
    /// Sizes of the packets, 0 for a gap.
    var sizes: [Int] { packets.map(\.byteRange.count) }
    /// Their samples.
    var durations: [Int] { packets.map(\.sampleCount) }
}
