import BatonTranscode

/// One input of libFuzzer, handed to `fuzzTranscode`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzTranscode([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
