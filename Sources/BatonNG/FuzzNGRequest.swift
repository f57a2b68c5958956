/// Reads any bytes as a message, as a string of `rtpp-flags`, as `flags`, and as a stream, and
/// checks that warnings stay short and that the cut of a stream does not matter.
public func fuzzNGRequest(_ bytes: [UInt8]) {
    if let frame = NGMessageFraming.split(bytes), let dictionary = try? frame.decode() {
        check(dictionary)
    }
    let text = NGValue.string(NGBytes(bytes))
    check(["command": "offer", "rtpp-flags": text, "flags": text, "received-from": text])
    check([
        "command": "play media", "SDES": text, "OSRTP": text, "bundle": text,
        "codec": ["set": text],
        "extmap": ["strip": text], "code": text, "frequencies": text, "pause": text, "volume": text,
        "blob64": text, "ICE-lite": text, "DTLS-fingerprint": text, "ptime": text, "T.38": text,
    ])
    precondition(messages(in: bytes, step: bytes.count) == messages(in: bytes, step: 7), "a cut")
}

/// Reads a request; its warning is bounded whatever it holds.
private func check(_ dictionary: NGDictionary) {
    guard let request = try? NGRequest(dictionary) else { return }
    let bytesMax = 2 * (NGNameList.namesMax + 1) * (4 * NGNameList.nameCharactersMax + 16)
    precondition((request.warning?.utf8.count ?? 0) <= bytesMax, "a warning is too long")
}

/// The messages of a stream that comes in steps, and how it ended.
private func messages(in bytes: [UInt8], step: Int) -> [NGFrame?] {
    var framer = NGStreamFramer()
    var frames: [NGFrame?] = []
    var position = 0
    while position < bytes.count {
        let end = min(position + max(step, 1), bytes.count)
        framer.append(bytes[position..<end])
        position = end
        do {
            while let frame = try framer.next() { frames.append(frame) }
        } catch {
            return frames + [nil]
        }
    }
    return frames
}
