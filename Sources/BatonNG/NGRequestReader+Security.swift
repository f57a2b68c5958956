/// ICE, DTLS, SDES (N19), and `WebRTC`, which stands for a set of them.
extension NGRequestReader {
    /// `ICE`: removing it is what happens anyway as long as there is no ICE.
    mutating func readICE(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.ice) { reader, mode in
            reader.request.ice = mode
            if mode != .remove, mode != .default { reader.note(.ice, entry) }
        }
    }

    /// `ICE-lite`.
    mutating func readICELite(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.iceLite) { reader, mode in
            reader.request.iceLite = mode
            if mode != .off { reader.note(.iceLite, entry) }
        }
    }

    /// `DTLS` and `DTLS-reverse`.
    mutating func readDTLS(
        _ entry: NGDictionary.Entry, _ feature: NGFeature,
        _ store: (inout NGRequest, NGDTLS) -> Void
    ) {
        lookUp(entry, in: NGWords.dtls) { reader, role in
            store(&reader.request, role)
            if role != .off { reader.note(feature, entry) }
        }
    }

    /// `DTLS-fingerprint`.
    mutating func readFingerprintHash(_ entry: NGDictionary.Entry) {
        lookUp(entry, in: NGWords.fingerprintHash) { reader, hash in
            reader.request.dtlsFingerprint = hash
            reader.note(.dtlsFingerprint, entry)
        }
    }

    /// One option of SDES, without the prefix `SDES-`. To switch it or a part of it off needs no
    /// effect.
    mutating func readSDES(_ option: NGBytes) {
        if readSuites(option) { return }
        guard let word = NGWords.sdes[option] else {
            request.unrecognized.insert("SDES-\(option.shortText)")
            return
        }
        switch word {
        case .off: request.sdes.isOff = true
        case .unencryptedSRTP(let isOffered): request.sdes.unencryptedSRTP = isOffered
        case .unencryptedSRTCP(let isOffered): request.sdes.unencryptedSRTCP = isOffered
        case .unauthenticatedSRTP(let isOffered): request.sdes.unauthenticatedSRTP = isOffered
        case .pad: request.sdes.padsKeys = true
        case .lifetime: request.sdes.namesLifetime = true
        case .isStatic: request.sdes.isStatic = true
        case .noNew: request.sdes.addsNoSuites = true
        case .prefer: request.sdes.isPreferred = true
        }
        if word != .off, word != .noNew { note(.sdes, "SDES-\(option.shortText)") }
    }

    /// `no-SUITE`, `only-SUITE`, `order:SUITE;SUITE`, `offerer_pref:SUITE;SUITE`; false when it is
    /// none of them.
    private mutating func readSuites(_ option: NGBytes) -> Bool {
        guard let (prefix, list) = NGWords.suiteLists.first(where: { Self.hasPrefix(option, $0.0) })
        else { return false }
        let names = option[option.startIndex + prefix.count..<option.endIndex]
        for name in RTPPFlagsParser.unescaped(names).slice.split(separator: UInt8(ascii: ";")) {
            let name = NGText.trimmed(NGBytes(name)).text
            switch list {
            case .excluded: request.sdes.excludedSuites.append(name)
            case .only: request.sdes.onlySuites.append(name)
            case .order: request.sdes.suiteOrder.append(name)
            case .offererPreference: request.sdes.offererPreference.append(name)
            }
        }
        if list != .excluded { note(.sdes, "SDES-\(option.shortText)") }
        return true
    }

    /// One option of OSRTP, without the prefix `OSRTP-`.
    mutating func readOSRTP(_ option: NGBytes) {
        guard let word = NGWords.osrtp[option] else {
            request.unrecognized.insert("OSRTP-\(option.shortText)")
            return
        }
        request.osrtp.insert(word)
        if word.isEmpty { return }
        note(word == .offerLegacy ? .osrtpOfferLegacy : .osrtp, "OSRTP-\(option.shortText)")
    }

    /// One option of BUNDLE, without the prefix `BUNDLE-`.
    mutating func readBundle(_ option: NGBytes) {
        guard let word = NGWords.bundle[option] else {
            request.unrecognized.insert("BUNDLE-\(option.shortText)")
            return
        }
        request.bundle.insert(word)
        if word.contains(.offer) { request.flags.insert(.generateMid) }
        if word != .reject, !word.isEmpty { note(.bundle, "BUNDLE-\(option.shortText)") }
    }

    /// Sets what `WebRTC` stands for, where the request does not say otherwise.
    mutating func applyWebRTC() {
        guard request.mediaFlags.contains(.webRTC) else { return }
        request.transport = request.transport ?? .dtlsSAVPF
        request.ice = request.ice ?? .force
        if request.sdes == NGSDESOptions() { request.sdes.isOff = true }
        request.mediaFlags.insert(.trickleICE)
        if request.rtcpMux.isDisjoint(with: [.demux, .reject]) {
            request.rtcpMux.formUnion([.offer, .require])
        }
        if !request.flags.contains(.fullRTCPAttribute) { request.flags.insert(.noRTCPAttribute) }
        request.flags.insert(.generateMid)
    }
}

/// The lists of suites among the words of `SDES`.
enum NGSDESSuiteList: Hashable, Sendable {
    case excluded, only, order, offererPreference
}

/// The words of `SDES` that are no lists of suites.
enum NGSDESWord: Hashable, Sendable {
    case off, pad, lifetime, isStatic, noNew, prefer
    case unencryptedSRTP(Bool), unencryptedSRTCP(Bool), unauthenticatedSRTP(Bool)
}
