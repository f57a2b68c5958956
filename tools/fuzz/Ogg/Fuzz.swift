import BatonMediaFile

/// One input of libFuzzer, handed to `fuzzOgg`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzOgg([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
