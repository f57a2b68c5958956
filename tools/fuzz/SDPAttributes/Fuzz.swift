import BatonSDP

/// One input of libFuzzer, handed to `fuzzSDPAttributes`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzSDPAttributes([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
