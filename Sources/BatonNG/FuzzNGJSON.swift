/// Decodes any bytes as JSON and checks that what was accepted survives being encoded, that the
/// result is UTF-8, and that the stream framer finds its end.
public func fuzzNGJSON(_ bytes: [UInt8]) {
    guard let dictionary = try? JSONCodec.decode(NGBytes(bytes)) else { return }
    let encoded = JSONCodec.encode(dictionary)
    precondition(
        String(validating: encoded, as: UTF8.self) != nil, "the encoder's output is no UTF-8")
    var limits = NGLimits()
    limits.messageBytes = encoded.count
    guard let again = try? JSONCodec.decode(NGBytes(encoded), limits: limits) else {
        preconditionFailure("the encoder's output is no JSON")
    }
    precondition(JSONCodec.encode(again) == encoded, "a JSON document changes when it is encoded")
    var position = 0
    var scanner = NGDocumentScanner(.json, stringBytesMax: encoded.count)
    let outcome = scanner.scan(encoded, from: &position)
    precondition(outcome == .complete && position == encoded.count, "the ends differ")
}
