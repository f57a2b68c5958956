/// What keys, flags and values of the protocol ask for, as far as it can be there or not.
///
/// ``NGLater`` lists those that are not.
enum NGFeature: Hashable, Sendable, CaseIterable {
    case ice, iceLite, trickleICE, fragment, iceReject
    case dtls, dtlsReverse, dtlsFingerprint, tlsID
    case sdes, padCrypto, osrtp, osrtpOfferLegacy, secureTransport, recrypt, webRTC, bundle
    case codecStrip, codecOffer, codecExcept, codecIgnore, codecAccept, codecConsume
    case codecMask, codecSet, codecTranscode
    case allowTranscoding, forceTranscoding, alwaysTranscode, singleCodec, reorderCodecs
    case staticCodecs, symmetricCodecs, asymmetricCodecs, reuseCodecs, noCodecMedia, passthrough
    case extmap, ptime, ptimeReverse
    /// What a relay that leaves media alone does anyway.
    case plainRelay
    case generateRTCP, mirrorRTCP, jitterBuffer, audioPlayer, delayBuffer, mediaEcho, earlyMedia
    case blockShort, mix, dropTraffic
    case detectDTMF, injectDTMF, blockDTMF, dtmfDelay, dtmfLog, dtmfSecurity, dtmfTrigger, playDTMF
    case recording, recordingTarget, recordingSlots, recordingAnnouncement, recordingCodes
    case excludeRecording, discardRecording, recordingDatabase, pauseRecording
    case egress, blockEgress, bidirectional, playback
    case fromTags, otherFlows, directional, inactive, natWait, noPortLatching, provisional, debug
    case t38, template
}

extension NGCodecOptions.Operation {
    /// What the operation asks for.
    var feature: NGFeature {
        switch self {
        case .strip: .codecStrip
        case .offer: .codecOffer
        case .except: .codecExcept
        case .ignore: .codecIgnore
        case .accept: .codecAccept
        case .consume: .codecConsume
        case .mask: .codecMask
        case .set: .codecSet
        case .transcode: .codecTranscode
        }
    }
}
