import BatonBase

// Whether the peer still agrees to receive, RFC 7675.
extension ICEAgent {
    mutating func startConsent(of index: Int, at now: Instant) {
        components[index].consentExpiresAt = now + settings.consentTimeout
        components[index].nextConsentAt = now + randomConsentInterval()
    }

    /// Nobody could be asked between our restart and the peer's answer to it: that time does not
    /// count, and media goes on where it went (RFC 8445 §9).
    mutating func resumeConsent(at now: Instant) {
        for index in components.indices where components[index].consentExpiresAt != nil {
            startConsent(of: index, at: now)
        }
    }

    mutating func renewConsent(of index: Int, at now: Instant) {
        components[index].consentExpiresAt = now + settings.consentTimeout
        components[index].consentCheck = nil
    }

    /// Between 0.8 and 1.2 times the mean, so that the checks of many calls spread: §5.1.
    private mutating func randomConsentInterval() -> Duration {
        settings.consentInterval * Int.random(in: 800...1_200, using: &generator) / 1_000
    }

    mutating func keepConsent(
        at now: Instant, _ authenticator: some STUNAuthenticator,
        _ output: inout some ICEOutput & ~Copyable
    ) {
        for index in components.indices {
            if let expiry = components[index].consentExpiresAt, expiry <= now { loseConsent(index) }
            guard let next = components[index].nextConsentAt, next <= now,
                let selected = components[index].selected
            else { continue }
            let identifier = STUNTransactionID(using: &generator)
            components[index].consentCheck = identifier
            components[index].nextConsentAt = now + randomConsentInterval()
            sendRequest(
                identifier, role: role, nominates: false, local: selected.local,
                to: selected.remote, authenticator, &output)
        }
    }

    /// Nothing is sent until the pair, or another, works anew.
    mutating func loseConsent(_ index: Int) {
        components[index].selected = nil
        components[index].selectedPriority = 0
        components[index].isNominated = false
        components[index].consentExpiresAt = nil
        components[index].nextConsentAt = nil
        components[index].consentCheck = nil
        components[index].firstSuccessAt = nil
        events.append(.consentLost(component: components[index].number))
    }
}
