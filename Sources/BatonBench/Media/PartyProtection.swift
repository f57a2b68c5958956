internal import BatonBase
internal import BatonCrypto

/// The SRTP of one party: protects what it sends, unprotects what it receives.
final class PartyProtection {
    private var outbound: SRTPContext
    private var inbound: SRTPContext

    /// - Throws: `BenchError.system` when libsrtp2 does not take the keys.
    init(sending: SRTPKeys, receiving: SRTPKeys) throws(BenchError) {
        do throws(SRTPSetupError) {
            outbound = try SRTPContext(sending, direction: .outbound)
            inbound = try SRTPContext(receiving, direction: .inbound)
        } catch {
            throw .system("SRTP: \(error)")
        }
    }

    /// Protects the first `byteCount` bytes in place; `nil` when that fails.
    func protect(_ packet: inout MutableRawSpan, byteCount: Int) -> Int? {
        do throws(SRTPError) {
            return try outbound.protectRTP(&packet, byteCount: byteCount)
        } catch {
            return nil
        }
    }

    /// Unprotects the first `byteCount` bytes in place; `nil` when they are not authentic.
    func unprotect(_ packet: inout MutableRawSpan, byteCount: Int) -> Int? {
        do throws(SRTPError) {
            return try inbound.unprotectRTP(&packet, byteCount: byteCount)
        } catch {
            return nil
        }
    }
}
