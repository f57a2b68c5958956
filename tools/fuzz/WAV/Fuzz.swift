import BatonMediaFile

/// One input of libFuzzer, handed to `fuzzWAV`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzWAV([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
