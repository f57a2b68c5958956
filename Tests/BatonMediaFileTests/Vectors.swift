import BatonBase
import BatonMediaFile
import BatonTestKit
import Foundation

/// The data files of these tests.
let vectors = VectorFiles(.module)

/// Linear 16-bit little-endian samples.
func samples(_ bytes: [UInt8]) -> [Int16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
}

/// `value` in `count` bytes, little-endian.
func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// `count` random bytes.
func randomBytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
}

/// What `body` throws, `nil` when it does not.
func failure(_ body: () throws(MediaFileError) -> Void) -> MediaFileError? {
    do throws(MediaFileError) {
        try body()
        return nil
    } catch {
        return error
    }
}
