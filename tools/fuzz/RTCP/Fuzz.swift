import BatonRTP

/// One input of libFuzzer, handed to `fuzzRTCP`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzRTCP([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
