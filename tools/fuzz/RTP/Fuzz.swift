import BatonRTP

/// One input of libFuzzer, handed to `fuzzRTP`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzRTP([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
