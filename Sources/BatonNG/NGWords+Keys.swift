import BatonBase

extension NGWords {
    /// What each key of a request does.
    static let keys = NGWordTable<NGRequestReader.KeyHandler>(
        partyKeys + bodyKeys + addressKeys + otherKeys + securityKeys + mediaKeys
            + laterKeys)

    typealias Key = (String, NGRequestReader.KeyHandler)

    /// The key whose value is a text; an empty one counts as missing.
    private static func text(
        _ key: String,
        _ store: @escaping @Sendable (inout NGRequest, String) -> Void
    ) -> Key {
        (
            key,
            { reader, entry in
                guard let word = entry.value.scalar, !word.isEmpty else { return }
                store(&reader.request, word.text)
            }
        )
    }

    /// The key whose value is a number of this range; another value is reported.
    private static func number(
        _ key: String, in range: ClosedRange<Int64>,
        _ store: @escaping @Sendable (inout NGRequest, Int64) -> Void
    ) -> Key {
        (
            key,
            { reader, entry in
                let number = entry.value.integer ?? entry.value.scalar.flatMap { Int64($0.text) }
                guard let number, range.contains(number) else {
                    reader.noteUnrecognized(entry)
                    return
                }
                store(&reader.request, number)
            }
        )
    }

    private static let partyKeys: [Key] = [
        ("command", { $0.readCommand($1.value) }),
        text("call-id") { $0.callID = $1 },
        text("from-tag") { $0.fromTag = $1 },
        text("to-tag") { $0.toTag = $1 },
        text("via-branch") { $0.viaBranch = $1 },
        text("label") { $0.label = $1 },
        text("from-label") { $0.label = $1 },
        text("to-label") { $0.toLabel = $1 },
        text("set-label") { $0.setLabel = $1 },
        text("metadata") { $0.metadata = $1 },
    ]

    private static let bodyKeys: [Key] = [
        (
            "sdp",
            { reader, entry in
                if let body = entry.value.scalar, !body.isEmpty { reader.request.sdp = body }
            }
        ),
        ("flags", { $0.forEachWord(of: $1.value) { $0.readFlag($1) } }),
        ("rtpp-flags", { $0.readRTPPFlags($1.value) }),
        ("replace", { $0.lookUp($1, in: replace) { $0.request.replace.insert($1) } }),
        ("sdp-attr", { $0.readAttributeRules($1) }),
        (
            "sdp-media-remove",
            { $0.request.removedMediaTypes += $0.words(of: $1.value).map { $0.lowercased() } }
        ),
        ("rtcp-mux", { $0.lookUp($1, in: rtcpMux) { $0.request.rtcpMux.insert($1) } }),
        ("transport-protocol", { $0.readTransport($1) }),
        (
            "sip-message-type",
            { $0.lookUp($1, in: sipMessageType) { $0.request.sipMessageType = $1 } }
        ),
        number("sip-code", in: 0...999) { $0.sipCode = Int($1) },
        number("sip-response-code", in: 0...999) { $0.sipCode = Int($1) },
    ]

    private static let addressKeys: [Key] = [
        ("direction", { $0.forEachWord(of: $1.value) { $0.addDirection($1) } }),
        text("from-interface") { $0.fromInterface = $1 },
        text("to-interface") { $0.toInterface = $1 },
        text("interface") { ($0.fromInterface, $0.toInterface) = ($1, $1) },
        ("received-from", { $0.readAddress($1) { $0.receivedFrom = $1 } }),
        ("media-address", { $0.readAddress($1) { $0.mediaAddress = $1 } }),
        ("address-family", { $0.lookUp($1, in: family) { $0.request.addressFamily = $1 } }),
        (
            "endpoint-learning",
            { $0.lookUp($1, in: endpointLearning) { $0.request.endpointLearning = $1 } }
        ),
    ]

    private static let otherKeys: [Key] = [
        number("TOS", in: -1...255) { $0.typeOfService = UInt8(exactly: $1) },
        number("delete-delay", in: -1...Int64(Int32.max)) {
            $0.deleteDelaySeconds = $1 < 0 ? nil : Int($1)
        },
        number("limit", in: 0...Int64(Int32.max)) { $0.limit = Int($1) },
        (
            "supports",
            { reader, entry in
                reader.forEachWord(of: entry.value) { reader, word in
                    if loadLimit[word] != nil { reader.request.supportsLoadLimit = true }
                }
            }
        ),
        text("xmlrpc-callback") { $0.timeoutCallback = $1 },
    ]

    private static let laterKeys: [Key] = NGLater.keys.map { ($0, { $0.readIneffective($1) }) }

    private static let loadLimit = NGWordTable<Bool>([("load limit", true)])
}
