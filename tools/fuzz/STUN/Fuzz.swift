import BatonICE

/// One input of libFuzzer, handed to `fuzzSTUN`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzzSTUN([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}
