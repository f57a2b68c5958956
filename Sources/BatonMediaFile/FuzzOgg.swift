import BatonBase

/// Reads `bytes` as an Ogg file and as Opus in one, and stops the process when a promise of this
/// module does not hold. For fuzzing; it returns for every input.
///
/// A fuzzer never guesses a checksum, so the same input is read once more with those put right.
public func fuzzOgg(_ bytes: [UInt8]) {
    checkOgg(bytes)
    var repaired = bytes
    repairChecksums(&repaired)
    if repaired != bytes { checkOgg(repaired) }
}

private func checkOgg(_ bytes: [UInt8]) {
    let span = bytes.span.bytes
    do throws(MediaFileError) {
        var reader = OggReader()
        var end = 0
        var pageByteCount = 0
        while let page = try reader.nextPage(in: span) {
            precondition(
                page.segmentTable.lowerBound >= end && page.body.upperBound <= bytes.count,
                "pages follow each other")
            end = page.body.upperBound
            pageByteCount += 27 + page.segmentTable.count + page.body.count
        }
        precondition(
            pageByteCount + reader.skippedByteCount == bytes.count, "every byte is accounted for")
    } catch {}
    do throws(MediaFileError) {
        let reader = try OggOpusReader(span)
        checkPackets(reader)
        checkOpusRoundTrip(reader)
    } catch {}
}

/// Packets lie in the payload one after another, and time is the sum of theirs.
private func checkPackets(_ reader: OggOpusReader) {
    var end = 0
    var samples = 0
    for packet in reader.packets {
        precondition(
            packet.byteRange.lowerBound == end
                && packet.byteRange.upperBound
                    <= reader.payload.count,
            "packets follow each other")
        end = packet.byteRange.upperBound
        precondition(packet.sampleCount > 0, "every packet has a duration")
        samples += packet.sampleCount
    }
    precondition(
        reader.endTrim >= 0 && reader.sampleCount <= samples && reader.duration >= .zero,
        "what is heard is a part of what is there")
}

/// The packets survive being written and read.
private func checkOpusRoundTrip(_ reader: OggOpusReader) {
    var file: [UInt8] = []
    do throws(OggOpusWriteError) {
        var writer = try OggOpusWriter(reader.head, serialNumber: 1, to: &file)
        for packet in reader.packets where !packet.isGap {
            try writer.append(
                reader.payload.span.bytes.extracting(packet.byteRange), to: &file)
        }
        try writer.finish(to: &file)
    } catch {
        preconditionFailure("what was read can be written")
    }
    do throws(MediaFileError) {
        let copy = try OggOpusReader(file.span.bytes)
        let packets = reader.packets.filter { !$0.isGap }
        precondition(
            copy.payload == reader.payload && copy.head == reader.head && copy.isComplete
                && copy.packets == packets && copy.damage == OggOpusReader.Damage(),
            "packets survive a round trip")
    } catch {
        preconditionFailure("what was written can be read")
    }
}

/// Stores the right checksum into everything that looks like a page.
private func repairChecksums(_ bytes: inout [UInt8]) {
    var offset = 0
    while offset + 27 <= bytes.count {
        guard bytes[offset..<offset + 4].elementsEqual("OggS".utf8) else {
            offset += 1
            continue
        }
        let table = offset + 27..<min(bytes.count, offset + 27 + Int(bytes[offset + 26]))
        let end = min(bytes.count, bytes[table].reduce(table.upperBound) { $0 + Int($1) })
        let checksum = OggChecksum.of(bytes.span.bytes.extracting(offset..<end))
        for index in 0..<4 {
            bytes[offset + 22 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
        }
        offset = end
    }
}
