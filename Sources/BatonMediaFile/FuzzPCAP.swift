import BatonBase

/// Reads `bytes` as a libpcap file, and stops the process when a promise of this module does not
/// hold. For fuzzing; it returns for every input.
public func fuzzPCAP(_ bytes: [UInt8]) {
    let span = bytes.span.bytes
    var records = 0
    do throws(MediaFileError) {
        var reader = try PCAPReader(span)
        var end = PCAPReader.headerByteCount
        while let record = try reader.nextRecord(in: span) {
            precondition(
                record.frame.lowerBound == end + PCAPReader.recordHeaderByteCount
                    && record.frame.upperBound <= bytes.count, "records follow each other")
            end = record.frame.upperBound
            records += 1
        }
        precondition(end == bytes.count, "records fill the file")
    } catch {}
    checkDatagrams(bytes, records)
}

private func checkDatagrams(_ bytes: [UInt8], _ records: Int) {
    guard var reader = try? PCAPReader(bytes.span.bytes) else { return }
    var found: [CapturedDatagram] = []
    do throws(MediaFileError) {
        while let datagram = try reader.nextDatagram(in: bytes.span.bytes) {
            precondition(
                PCAPReader.headerByteCount <= datagram.payload.lowerBound
                    && datagram.payload.upperBound <= bytes.count, "payloads lie in the file")
            found.append(datagram)
        }
    } catch {}
    let passed = reader.passedOver
    let counted =
        passed.notIP + passed.notUDP + passed.fragments + passed.cutOff + passed.malformed
    precondition(
        reader.recordCount == records && counted + found.count == records,
        "every record is accounted for")
    for link in [false, true] { checkRoundTrip(found, in: bytes, isEthernet: link) }
}

/// The datagrams survive being written and read.
private func checkRoundTrip(
    _ datagrams: [CapturedDatagram], in bytes: [UInt8], isEthernet: Bool
) {
    var file: [UInt8] = []
    var writer = PCAPWriter(isEthernet: isEthernet)
    writer.appendHeader(to: &file)
    for datagram in datagrams {
        do throws(CaptureWriteError) {
            try writer.append(
                bytes.span.bytes.extracting(datagram.payload), from: datagram.source,
                to: datagram.destination, at: datagram.unixNanoseconds, to: &file)
        } catch {
            preconditionFailure("what was read can be written")
        }
    }
    do throws(MediaFileError) {
        var reader = try PCAPReader(file.span.bytes)
        for datagram in datagrams {
            guard let copy = try reader.nextDatagram(in: file.span.bytes) else {
                preconditionFailure("every datagram comes back")
            }
            let areEqual =
                bytes[datagram.payload] == file[copy.payload]
                && copy.source.ip.unmapped == datagram.source.ip.unmapped
                && copy.source.port == datagram.source.port
                && copy.destination.ip.unmapped == datagram.destination.ip.unmapped
                && copy.destination.port == datagram.destination.port
                && copy.unixNanoseconds == datagram.unixNanoseconds
            precondition(areEqual, "datagrams survive a round trip")
        }
    } catch {
        preconditionFailure("what was written can be read")
    }
}
