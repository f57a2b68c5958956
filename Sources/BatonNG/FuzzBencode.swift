/// Decodes any bytes as bencode and checks that what was accepted survives being encoded, and that
/// the stream framer finds the same end.
public func fuzzBencode(_ bytes: [UInt8]) {
    guard let dictionary = try? BencodeCodec.decode(NGBytes(bytes)) else { return }
    let encoded = BencodeCodec.encode(dictionary)
    let again = try? BencodeCodec.decode(NGBytes(encoded))
    precondition(again == dictionary, "a bencode document changes when it is encoded")
    precondition(bytes.starts(with: encoded), "a bencode document is encoded differently")
    var position = 0
    var scanner = NGDocumentScanner(.bencode, stringBytesMax: bytes.count)
    let outcome = scanner.scan(bytes, from: &position)
    precondition(outcome == .complete && position == encoded.count, "the ends differ")
}
