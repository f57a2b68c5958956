import BatonCrypto

/// One input of libFuzzer, handed to `fuzzDTLS`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzDTLS([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
