import BatonMedia
import BatonNG

// How the keys about codecs become what offer and answer understand (N20).
extension CodecOptions {
    /// What `request` asks for.
    init(_ request: NGRequest) {
        self.init()
        let isSilent =
            request.codecs.isEmpty && request.mediaFlags.isEmpty && request.ptimeMs == nil
            && request.ptimeReverseMs == nil && !request.flags.contains(.reset)
        if isSilent { return }
        func patterns(_ operation: NGCodecOptions.Operation) -> [CodecPattern] {
            (request.codecs.codecs[operation] ?? []).compactMap { CodecPattern($0.text) }
        }
        strip = patterns(.strip)
        offer = patterns(.offer)
        except = patterns(.except)
        ignore = patterns(.ignore)
        accept = patterns(.accept)
        consume = patterns(.consume)
        mask = patterns(.mask)
        set = patterns(.set)
        transcode = patterns(.transcode)
        packetTimeMs = request.ptimeMs
        reversePacketTimeMs = request.ptimeReverseMs
        switches = CodecSwitches(request)
    }
}

extension CodecSwitches {
    private static let words: [(NGMediaFlags, CodecSwitches)] = [
        (.forceTranscoding, .forceTranscoding), (.singleCodec, .singleCodec),
        (.reuseCodecs, .reuseCodecs), (.staticCodecs, .staticCodecs),
        (.reorderCodecs, .reorderCodecs), (.allowNoCodecMedia, .allowNoCodecMedia),
        (.injectDTMF, .injectDTMF),
    ]

    init(_ request: NGRequest) {
        self = []
        for (word, codecSwitch) in Self.words where request.mediaFlags.contains(word) {
            insert(codecSwitch)
        }
        if request.flags.contains(.reset) { insert(.reset) }
    }
}
