public import BatonBase
public import BatonMedia

/// A key that a party has pressed, with all that is told of it.
public struct DTMFNotice: Hashable, Sendable {
    /// The tag of the party; `nil` for one that has not answered.
    public var tag: String?
    /// Its label.
    public var label: String?
    /// The tags of all parties.
    public var tags: [String]
    /// Where the party's packets come from.
    public var source: IPAddress?
    /// Which key, and how long.
    public var digit: PressedDigit
    /// Where the call's control messages want it told (`DTMF-log-dest`).
    public var destination: SocketAddress?

    /// One line of JSON for a datagram, with the names that other relays use.
    func datagram(callID: String, timeMicroseconds: Int64) -> [UInt8] {
        let tags = tags.map(Self.quoted).joined(separator: ",")
        let text =
            "{\"callid\":\(Self.quoted(callID)),\"source_tag\":\(Self.quoted(tag ?? "")),"
            + "\"source_label\":\(Self.quoted(label ?? "")),\"tags\":[\(tags)],"
            + "\"type\":\"DTMF\",\"timestamp\":\(timeMicroseconds / 1_000_000),"
            + "\"source_ip\":\(Self.quoted(source.map { "\($0)" } ?? "")),"
            + "\"event\":\(digit.code),\"duration\":\(digit.durationMilliseconds),"
            + "\"volume\":\(digit.volume)}"
        return Array(text.utf8)
    }

    /// `text` as a string of JSON (RFC 8259 §7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension SignallingCore {
    /// All that is told of a key that a worker has found at a port.
    func notice(
        of digit: PressedDigit, at slot: PortSlot, in record: SessionRecord
    ) -> DTMFNotice {
        let party = record.session.parties.first { party in
            party.streams.contains { $0.ports?.rtp.slot == slot || $0.ports?.rtcp.slot == slot }
        }
        return DTMFNotice(
            tag: party?.tag, label: party?.label, tags: record.tags,
            source: remoteAddress(of: slot, worker: record.worker)?.ip, digit: digit,
            destination: record.dtmfDestination)
    }
}
