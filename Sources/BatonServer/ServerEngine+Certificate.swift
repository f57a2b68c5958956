import BatonBase
import BatonIO
import BatonSDP
import Logging

// The certificate of the handshakes: parties compare its fingerprint alone, but it must be valid.
extension ServerEngine {
    /// Makes the next certificate when the present one has reached half of its life.
    ///
    /// The workers have it before any party is shown its fingerprint. Parties that were shown the
    /// old one keep it, for as long as it is valid.
    func renewCertificate(at now: Instant) {
        guard now >= nextCertificate else { return }
        do {
            identity = try identity.renewed(
                at: Int(WallClock.nanosecondsSince1970() / 1_000_000_000))
        } catch {
            nextCertificate = now + .seconds(3_600)
            logger.error(
                "no new certificate could be made; the old one stays",
                metadata: ["reason": "\(error)"])
            return
        }
        nextCertificate = now + ServerIdentity.certificateAge
        for worker in workers {
            worker.submit([
                .certificate(identity.certificate, number: identity.certificateNumber)
            ])
        }
        core.apply(SignallingSettings(config, identity), at: now)
        logger.info(
            "handshakes have a new certificate",
            metadata: ["fingerprint": "\(identity.fingerprints.first?.attribute.value ?? "")"])
    }
}
