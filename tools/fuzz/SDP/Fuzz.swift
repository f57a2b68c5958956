import BatonSDP

/// One input of libFuzzer, handed to `fuzzSDP`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzSDP([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
