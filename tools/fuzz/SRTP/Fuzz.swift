import BatonCrypto

/// One input of libFuzzer, handed to `fuzzSRTP`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzSRTP([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
