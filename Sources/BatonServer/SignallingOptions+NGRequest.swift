public import BatonMedia
public import BatonNG

// How a control message's keys become what offer and answer understand (N13 – N18, N21 – N23).
extension SignallingOptions {
    /// What `request` asks of an offer or answer.
    ///
    /// - Parameters:
    ///   - fromTag: the request's from-tag.
    ///   - defaults: the server's settings, for what the request leaves open.
    public init(_ request: NGRequest, fromTag: String, defaults: SignallingSettings) {
        self.init(fromTag: fromTag, toTag: request.toTag)
        viaBranch = request.viaBranch
        receivedFrom = request.receivedFrom
        addressTrust = AddressTrust(request.flags)
        permitsAnyAddress =
            request.flags.contains(.learnFromAnyAddress) || defaults.learnsFromAnyAddress
        learning = request.endpointLearning.map(EndpointLearning.init)
        defaultLearning = defaults.endpointLearning
        addressFamily = request.addressFamily
        mediaAddress = request.mediaAddress
        senderInterface = request.fromInterface
        receiverInterface = request.toInterface
        if request.acceptsTransport { transportProtocol = .accept }
        if let transport = request.transport {
            transportProtocol = .named(transport.rawValue)
        }
        rtcpMux = RTCPMuxOptions(request.rtcpMux)
        rtcpAttribute = RTCPAttributeForm(request.flags)
        opensMedia = request.recordCall == true || request.dtmf.trigger != nil
        security = SecurityOptions(request)
        codecs = CodecOptions(request)
        hiddenExtensions = HeaderExtensionFilter(
            uris: Set(request.extmap.strip + request.extmap.mask))
        bundle = BundleOptions(request.bundle)
        if request.mediaFlags.contains(.blockDTMF) {
            dtmfBlocking = DTMFBlocking(request.dtmf.security ?? .drop, request.dtmf)
        }
        dtmfDelayMs = request.dtmf.delayMs
        detectsTones = request.mediaFlags.contains(.detectDTMF)
        replacements = SDPReplacements(request.replace)
        flags = SignallingFlags(request.flags)
        attributeEdits = request.attributeRules.map(AttributeEdit.init)
        removedMediaKinds = request.removedMediaTypes
        label = request.setLabel ?? request.label
        receiverLabel = request.toLabel
        metadata = request.metadata
        typeOfService = request.typeOfService
        generatesRTCP = request.generatesRTCP
        instanceName = defaults.instanceName
        capabilities = defaults.capabilities
    }
}

extension AddressTrust {
    init(_ flags: NGFlags) {
        if flags.contains(.sipSourceAddress) {
            self = .receivedFrom
        } else if flags.contains(.trustAddress) {
            self = .descriptionOnly
        } else {
            self = .unstated
        }
    }
}

extension EndpointLearning {
    init(_ word: NGEndpointLearning) {
        switch word {
        case .heuristic: self = .heuristic
        case .delayed: self = .delayed
        case .immediate: self = .immediate
        case .off: self = .off
        }
    }
}

extension RTCPAttributeForm {
    init(_ flags: NGFlags) {
        if flags.contains(.noRTCPAttribute) {
            self = .never
        } else if flags.contains(.fullRTCPAttribute) {
            self = .full
        } else {
            self = .asNeeded
        }
    }
}

extension RTCPMuxOptions {
    init(_ words: NGRTCPMux) {
        self = []
        let pairs: [(NGRTCPMux, RTCPMuxOptions)] = [
            (.offer, .offer), (.require, .require), (.demux, .demux), (.accept, .accept),
            (.reject, .reject),
        ]
        for (word, option) in pairs where words.contains(word) { insert(option) }
    }
}

extension SDPReplacements {
    init(_ words: NGReplace) {
        self = []
        let pairs: [(NGReplace, SDPReplacements)] = [
            (.origin, .origin), (.originFull, .wholeOrigin), (.username, .username),
            (.sessionName, .sessionName),
            (.sdpVersion, .version), (.zeroAddress, .zeroAddress),
            (.forceIncrementSDPVersion, .forceIncrementVersion),
        ]
        for (word, part) in pairs where words.contains(word) { insert(part) }
    }
}

extension SignallingFlags {
    private static let words: [(NGFlags, SignallingFlags)] = [
        (.asymmetric, .asymmetric), (.unidirectional, .unidirectional),
        (.strictSource, .strictSource), (.mediaHandover, .mediaHandover),
        (.portLatching, .portLatching), (.pierceNAT, .pierceNAT),
        (.originalSendrecv, .originalSendrecv), (.generateMid, .generateMid),
        (.loopProtect, .loopProtect), (.newBranch, .newBranch), (.reset, .reset),
    ]

    init(_ flags: NGFlags) {
        self = []
        for (word, flag) in Self.words where flags.contains(word) { insert(flag) }
    }
}

extension AttributeEdit {
    init(_ rule: NGAttributeRule) {
        let section: Section =
            switch rule.section {
            case .session: .session
            case .media(let kind): .media(kind)
            }
        let operation: Operation =
            switch rule.action {
            case .add(let text): .add(text)
            case .remove(let text): .remove(text)
            case .substitute(let old, let new): .substitute(old, with: new)
            }
        self.init(section, operation)
    }
}

extension BundleOptions {
    init(_ words: NGBundle) {
        self = []
        if words.contains(.offer) { insert(.offer) }
        // `strict` asks for no ports to fall back to, which bundle-only lines do not have.
        if words.contains(.require) || words.contains(.strict) { formUnion([.offer, .require]) }
        if words.contains(.reject) { insert(.reject) }
    }
}
