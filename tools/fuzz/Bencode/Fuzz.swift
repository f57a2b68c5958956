import BatonNG

/// One input of libFuzzer, handed to `fuzzBencode`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzBencode([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
