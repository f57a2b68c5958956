import BatonMedia
import BatonNG
import BatonSDP

// How the keys about ICE, DTLS and SDES become what offer and answer understand (N19).
extension SecurityOptions {
    /// What `request` asks for.
    init(_ request: NGRequest) {
        self.init()
        ice =
            switch request.ice {
            case .remove: .remove
            case .force, .forceRelay, .optional: .force
            case .default, nil: .unstated
            }
        readICELite(request.iceLite)
        rejectsICE = request.mediaFlags.contains(.iceReject)
        announcesTrickle = request.mediaFlags.contains(.trickleICE)
        dtls = DTLSChoice(request.dtls)
        dtlsReverse = DTLSChoice(request.dtlsReverse)
        fingerprintHash = request.dtlsFingerprint.flatMap {
            SDPFingerprint.HashFunction(rawValue: $0.rawValue)
        }
        sdes = SDESOptions(request.sdes)
        opensAlways = request.mediaFlags.contains(.recrypt) || request.passthrough == false
        offersOpportunisticSRTP = request.osrtp.contains(.offer)
        acceptsOpportunisticSRTP = request.osrtp.contains(.acceptRFC)
        acceptsLegacyOpportunisticSRTP = request.osrtp.contains(.acceptLegacy)
    }

    private mutating func readICELite(_ word: NGICELite?) {
        switch word {
        case .off: (isLiteTowardsReceiver, isLiteTowardsSender) = (false, false)
        case .forward: (isLiteTowardsReceiver, isLiteTowardsSender) = (true, false)
        case .backward: (isLiteTowardsReceiver, isLiteTowardsSender) = (false, true)
        case .both: (isLiteTowardsReceiver, isLiteTowardsSender) = (true, true)
        case nil: break
        }
    }
}

extension DTLSChoice {
    init(_ word: NGDTLS?) {
        switch word {
        case .off: self = .off
        case .passive: self = .passive
        case .active: self = .active
        case nil: self = .unstated
        }
    }
}

extension SDESOptions {
    init(_ words: NGSDESOptions) {
        self.init()
        isOff = words.isOff
        padsKeys = words.padsKeys
        namesLifetime = words.namesLifetime
        addsNoSuites = words.addsNoSuites
        isPreferred = words.isPreferred
        excludedSuites = Set(words.excludedSuites.compactMap { SRTPCryptoSuite(name: $0) })
        onlySuites = Set(served(words.onlySuites))
        // Only what is not served: nothing at all, rather than all that was not asked for.
        if onlySuites.isEmpty, !words.onlySuites.isEmpty { isOff = true }
        order = served(words.suiteOrder)
        offererPreference = served(words.offererPreference)
        let services: [(Bool?, SDPCryptoParameter)] = [
            (words.unencryptedSRTP, .unencryptedSRTP),
            (words.unencryptedSRTCP, .unencryptedSRTCP),
            (words.unauthenticatedSRTP, .unauthenticatedSRTP),
        ]
        for (isOffered, parameter) in services {
            if isOffered == true { parameters.append(parameter) }
            if isOffered == false { refusedParameters.append(parameter) }
        }
    }

    /// The suites of these names; the names of others are kept for a warning.
    private mutating func served(_ names: [String]) -> [SRTPCryptoSuite] {
        names.compactMap { name in
            guard let suite = SRTPCryptoSuite(name: name), Self.isServed(suite) else {
                if !unservedSuites.contains(name) { unservedSuites.append(name) }
                return nil
            }
            return suite
        }
    }
}
