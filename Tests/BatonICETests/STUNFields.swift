import BatonBase
import BatonICE

/// Everything that a view of a message gives, copied: what does not escape cannot be expected of.
struct STUNFields {
    var messageClass: STUNClass
    var method: STUNMethod
    var transactionID: STUNTransactionID
    var priority: UInt32?
    var hasUseCandidate: Bool
    var controllingTiebreaker: UInt64?
    var controlledTiebreaker: UInt64?
    var errorCode: Int?
    var xorMappedAddress: SocketAddress?
    var username: [UInt8]?
    var unknownAttributesRange: Range<Int>?
    var unknownRequired: [UInt16]
    var isFingerprintValid: Bool?
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(STUNParseError) {
        self.bytes = bytes
        let view = try STUNMessageView(bytes.span.bytes)
        messageClass = view.messageClass
        method = view.method
        transactionID = view.transactionID
        priority = view.priority
        hasUseCandidate = view.hasUseCandidate
        controllingTiebreaker = view.controllingTiebreaker
        controlledTiebreaker = view.controlledTiebreaker
        errorCode = view.errorCode
        xorMappedAddress = view.xorMappedAddress
        username = view.range(of: .username).map { Array(bytes[$0]) }
        unknownAttributesRange = view.range(of: .unknownAttributes)
        unknownRequired = view.unknownRequiredAttributes.map(\.rawValue)
        isFingerprintValid = view.isFingerprintValid
    }

    func isUsername(_ first: String, _ second: String) -> Bool {
        guard let view = try? STUNMessageView(bytes.span.bytes) else { return false }
        return view.isUsername(Array(first.utf8), Array(second.utf8))
    }

    func isAuthentic(_ key: [UInt8]) -> Bool {
        guard let view = try? STUNMessageView(bytes.span.bytes) else { return false }
        return view.isAuthentic(key: key.span.bytes, by: HMACSHA1())
    }
}
