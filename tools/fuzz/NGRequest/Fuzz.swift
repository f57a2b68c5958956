import BatonNG

/// One input of libFuzzer, handed to `fuzzNGRequest`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzNGRequest([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
