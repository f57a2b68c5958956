import BatonNG

/// One input of libFuzzer, handed to `fuzzNGJSON`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzNGJSON([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
