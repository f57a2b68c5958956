/// Why a packet was not protected or not unprotected. The packet is to be dropped; its bytes may
/// have changed.
public enum SRTPError: Error, Hashable, Sendable {
    /// The authentication tag is wrong: forged, damaged, or made with another key
    /// (RFC 3711 §3.3).
    case authenticationFailed
    /// The packet came before (RFC 3711 §3.3.2).
    case replayed
    /// The packet is older than the replay window, so that it cannot be told whether it came before
    /// (RFC 3711 §3.3.2). When protecting: its sequence number lies that far behind.
    case tooOld
    /// Not an RTP or RTCP packet of version 2, too short for its header and trailer, or an SRTCP
    /// packet whose E flag is not what was agreed.
    case malformed
    /// The master key has protected 2^48 RTP or 2^31 RTCP packets, and must not protect another
    /// (RFC 3711 §9.2).
    case keyExpired
    /// A source beyond the limit, where the settings forbid to forget another one for it.
    case tooManySources
    /// The bytes behind the packet do not suffice for the trailer.
    case noRoom
    /// The packet names no master key that was agreed (RFC 3711 §3.1).
    case mkiUnknown
    /// libsrtp2 gave another status, such as 3 when memory is short.
    case library(code: Int)
}

/// Why there is no context for these keys and settings.
public enum SRTPSetupError: Error, Hashable, Sendable {
    /// libsrtp2 could not be made ready.
    case start(SRTPStartError)
    /// No master key, or more than 16.
    case masterKeyCount(Int)
    /// A master key has the wrong number of bytes for the profile.
    case keyLength(expected: Int, given: Int)
    /// A master salt has the wrong number of bytes for the profile.
    case saltLength(expected: Int, given: Int)
    /// The master key identifiers are longer than 128 bytes, of different lengths, given for some
    /// keys only, the same for two keys, or missing where there are several keys
    /// (RFC 4568 §6.1).
    case masterKeyIdentifiers
    /// The replay window is not 64…32,767 packets.
    case replayWindow(Int)
    /// The limit of sources is not 1…1,024, or fewer than the roll-over counters that were given.
    case sourceLimit(Int)
    /// With AES-GCM, RTP is always encrypted and authenticated here.
    case parametersNotForGCM
    /// libsrtp2 refused what passed the checks above.
    case library(code: Int)
}

/// Why SRTP cannot be used in this process.
public enum SRTPStartError: Error, Hashable, Sendable {
    /// libsrtp2 did not start.
    case library(code: Int)
    /// OpenSSL does not offer an algorithm.
    case algorithmMissing(String)
    /// OpenSSL's algorithm fails a self test of libsrtp2.
    case selfTest(algorithm: String, code: Int)
    /// A packet did not come out as it went in.
    case roundTrip(SRTPProtectionProfile, String)
}

extension SRTPStartError: CustomStringConvertible {
    /// A sentence that names what failed.
    public var description: String {
        switch self {
        case .library(let code): "libsrtp2 does not start (status \(code))"
        case .algorithmMissing(let name):
            "OpenSSL does not offer \(name); look at the providers in openssl.cnf"
        case .selfTest(let algorithm, let code):
            "\(algorithm) of OpenSSL fails libsrtp2's self test (status \(code))"
        case .roundTrip(let profile, let reason): "SRTP with \(profile) does not work: \(reason)"
        }
    }
}

extension SRTPSetupError: CustomStringConvertible {
    /// A sentence that says what does not fit.
    public var description: String {
        switch self {
        case .start(let error): error.description
        case .masterKeyCount(let count): "SRTP takes 1 to 16 master keys, not \(count)"
        case .keyLength(let expected, let given):
            "the master key has \(given) bytes; the profile needs \(expected)"
        case .saltLength(let expected, let given):
            "the master salt has \(given) bytes; the profile needs \(expected)"
        case .masterKeyIdentifiers:
            "master key identifiers have to differ, be of one length, and have 1 to 128 bytes"
        case .replayWindow(let packets):
            "the replay window is 64 to 32767 packets, not \(packets)"
        case .sourceLimit(let limit):
            "the limit of \(limit) sources is not 1 to 1024, or too low for those that go on"
        case .parametersNotForGCM: "AES-GCM always encrypts and authenticates RTP here"
        case .library(let code): "libsrtp2 refuses the keys (status \(code))"
        }
    }
}
