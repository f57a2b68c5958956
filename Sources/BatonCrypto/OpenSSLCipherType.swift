internal import COpenSSL
internal import CSRTP

/// A cipher of OpenSSL in the form of a cipher type of libsrtp2.
///
/// There is one of each kind in a process, made when it is first asked for and never freed:
/// libsrtp2 keeps its address, and so does every cipher of the kind. It is held as addresses
/// because pointers are not `Sendable`; nothing changes what they lead to.
struct OpenSSLCipherType: Sendable {
    /// The name under which OpenSSL knows the algorithm.
    let name: String
    /// libsrtp2's number of the type that this one stands in for.
    let id: UInt32
    private let typeAddress: UInt
    private let algorithmAddress: UInt

    /// AES-128 in counter mode (RFC 3711 §4.1.1).
    static let counterMode128 = OpenSSLCipherType(
        "AES-128-CTR", SRTP_AES_ICM_128, OpenSSLCipherTestData.counterMode128)
    /// AES-256 in counter mode (RFC 6188 §3).
    static let counterMode256 = OpenSSLCipherType(
        "AES-256-CTR", SRTP_AES_ICM_256, OpenSSLCipherTestData.counterMode256)
    /// AES-128 in Galois/counter mode (RFC 7714).
    static let gcm128 = OpenSSLCipherType(
        "AES-128-GCM", SRTP_AES_GCM_128, OpenSSLCipherTestData.gcm128)
    /// AES-256 in Galois/counter mode (RFC 7714).
    static let gcm256 = OpenSSLCipherType(
        "AES-256-GCM", SRTP_AES_GCM_256, OpenSSLCipherTestData.gcm256)

    /// All that are put in libsrtp2's place.
    static var all: [OpenSSLCipherType] { [counterMode128, counterMode256, gcm128, gcm256] }

    /// The type whose key, with the salt that libsrtp2 counts to it, has `keyBytes` bytes: the four
    /// differ in that.
    static func type(keyBytes: Int) -> OpenSSLCipherType? {
        switch keyBytes {
        case 16 + 14: counterMode128
        case 32 + 14: counterMode256
        case 16 + 12: gcm128
        case 32 + 12: gcm256
        default: nil
        }
    }

    private init(_ name: String, _ id: Int32, _ testData: OpenSSLCipherTestData) {
        self.name = name
        self.id = UInt32(id)
        unsafe algorithmAddress = UInt(bitPattern: EVP_CIPHER_fetch(nil, name, nil))
        let type = UnsafeMutablePointer<srtp_cipher_type_t>.allocate(capacity: 1)
        let functions = unsafe testData.tagBytes > 0 ? openSSLGCMType() : openSSLCounterModeType()
        unsafe type.initialize(to: functions)
        unsafe type.pointee.alloc = openSSLCipherAllocate
        unsafe type.pointee.dealloc = openSSLCipherDeallocate
        unsafe type.pointee.description = permanentCString("\(name) of OpenSSL")
        unsafe type.pointee.test_data = testData.permanentCipherTestCase()
        unsafe type.pointee.id = srtp_cipher_type_id_t(id)
        typeAddress = UInt(bitPattern: type)
    }

    /// What libsrtp2 takes.
    var type: UnsafePointer<srtp_cipher_type_t>? { unsafe UnsafePointer(bitPattern: typeAddress) }

    /// OpenSSL's algorithm; nil when OpenSSL does not offer it.
    var algorithm: OpaquePointer? { unsafe OpaquePointer(bitPattern: algorithmAddress) }
}

/// What a cipher of either mode keeps between calls.
@safe struct OpenSSLCipherState {
    /// The `EVP_CIPHER_CTX`, which keeps the key schedule; a packet sets the IV only.
    let context: OpaquePointer
    /// The `EVP_CIPHER`, fetched once a process: fetching takes longer than encrypting a packet.
    let algorithm: OpaquePointer
    /// GCM: the length of the tag.
    let tagBytes: Int
    /// Counter mode: the session salt, shifted by 16 bits (RFC 3711 §4.1.1), as it lies in memory.
    var salt: (UInt64, UInt64) = (0, 0)
}

extension OpenSSLCipherState {
    /// The state behind the pointer that libsrtp2 passes.
    static func at(_ address: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<Self>? {
        unsafe address?.assumingMemoryBound(to: Self.self)
    }
}

/// `alloc` of every type: the length of the key tells which.
private func openSSLCipherAllocate(
    _ result: UnsafeMutablePointer<srtp_cipher_pointer_t?>?, _ keyBytes: Int32, _ tagBytes: Int32
) -> srtp_err_status_t {
    guard let result = unsafe result, let kind = OpenSSLCipherType.type(keyBytes: Int(keyBytes)),
        let type = unsafe kind.type
    else { return srtp_err_status_bad_param }
    if unsafe type.pointee.get_tag != nil, tagBytes != 16, tagBytes != 8 {
        return srtp_err_status_bad_param
    }
    guard let algorithm = unsafe kind.algorithm, let context = unsafe EVP_CIPHER_CTX_new() else {
        return srtp_err_status_alloc_fail
    }
    let state = UnsafeMutablePointer<OpenSSLCipherState>.allocate(capacity: 1)
    unsafe state.initialize(
        to: OpenSSLCipherState(context: context, algorithm: algorithm, tagBytes: Int(tagBytes)))
    let cipher = UnsafeMutablePointer<srtp_cipher_t>.allocate(capacity: 1)
    unsafe cipher.initialize(
        to: srtp_cipher_t(
            type: type, state: state, key_len: keyBytes, algorithm: Int32(kind.id)))
    unsafe result.pointee = cipher
    return srtp_err_status_ok
}

/// `dealloc` of every type. `EVP_CIPHER_CTX_free` wipes the key schedule.
private func openSSLCipherDeallocate(_ cipher: srtp_cipher_pointer_t?) -> srtp_err_status_t {
    guard let cipher = unsafe cipher else { return srtp_err_status_bad_param }
    if let state = unsafe OpenSSLCipherState.at(cipher.pointee.state) {
        unsafe EVP_CIPHER_CTX_free(state.pointee.context)
        unsafe OPENSSL_cleanse(state, MemoryLayout<OpenSSLCipherState>.size)
        unsafe state.deallocate()
    }
    unsafe cipher.deallocate()
    return srtp_err_status_ok
}
