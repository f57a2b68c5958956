internal import COpenSSL
internal import CSRTP

/// Keys and settings in the form in which libsrtp2 takes them.
///
/// libsrtp2 derives the session keys and keeps none of this; the copy of the master keys is wiped
/// when the policy goes.
@safe
struct SRTPPolicy: ~Copyable {
    private let material: UnsafeMutableBufferPointer<UInt8>
    private let masterKeys: UnsafeMutableBufferPointer<srtp_master_key_t>
    private let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<srtp_master_key_t>?>
    private var value: srtp_policy_t

    /// What a policy is for.
    enum Use {
        /// RTP, and RTCP where one session serves both.
        case media
        /// RTCP alone: see ``SRTPContext``.
        case control
    }

    /// The policy for any source. `keys` have passed ``SRTPKeys/validate()``.
    init(_ keys: SRTPKeys, direction: SRTPDirection, settings: SRTPSettings, use: Use) {
        let bytes = keys.masterKeys.flatMap { $0.key + $0.salt + $0.identifier }
        unsafe material = .allocate(capacity: max(bytes.count, 1))
        _ = unsafe material.initialize(from: bytes)
        unsafe masterKeys = .allocate(capacity: keys.masterKeys.count)
        unsafe list = .allocate(capacity: keys.masterKeys.count)
        var offset = 0
        for (index, masterKey) in keys.masterKeys.enumerated() {
            let key = unsafe material.baseAddress.map { unsafe $0 + offset }
            offset += masterKey.key.count + masterKey.salt.count
            let identifier = unsafe material.baseAddress.map { unsafe $0 + offset }
            offset += masterKey.identifier.count
            unsafe masterKeys.initializeElement(
                at: index,
                to: srtp_master_key_t(
                    key: key, mki_id: identifier, mki_size: UInt32(masterKey.identifier.count)))
            unsafe list.initializeElement(
                at: index, to: masterKeys.baseAddress.map { unsafe $0 + index })
        }
        unsafe value = srtp_policy_t()
        let control = keys.profile.policy(
            tagBytes: keys.profile.rtcpTagBytes,
            encrypts: !keys.parameters.contains(.unencryptedSRTCP), authenticates: true)
        let media = keys.profile.policy(
            tagBytes: keys.profile.rtpTagBytes,
            encrypts: !keys.parameters.contains(.unencryptedSRTP),
            authenticates: !keys.parameters.contains(.unauthenticatedSRTP))
        unsafe value.rtp = use == .media ? media : control
        unsafe value.rtcp = control
        unsafe value.ssrc.type = direction == .inbound ? ssrc_any_inbound : ssrc_any_outbound
        unsafe value.keys = list.baseAddress
        unsafe value.num_master_keys = UInt(keys.masterKeys.count)
        unsafe value.window_size = UInt(settings.replayWindowPackets)
        unsafe value.allow_repeat_tx = settings.allowsRepeatedPackets ? 1 : 0
    }

    deinit {
        unsafe OPENSSL_cleanse(material.baseAddress, material.count)
        unsafe material.deallocate()
        unsafe masterKeys.deallocate()
        unsafe list.deallocate()
    }

    /// Calls `body` with the policy for any source.
    func withAnySource<Value>(_ body: (UnsafePointer<srtp_policy_t>) -> Value) -> Value {
        unsafe withUnsafePointer(to: value) { unsafe body($0) }
    }

    /// Calls `body` with the policy for `ssrc` alone.
    func with<Value>(ssrc: UInt32, _ body: (UnsafePointer<srtp_policy_t>) -> Value) -> Value {
        var specific = unsafe value
        unsafe specific.ssrc = srtp_ssrc_t(type: ssrc_specific, value: ssrc)
        return unsafe withUnsafePointer(to: specific) { unsafe body($0) }
    }
}
