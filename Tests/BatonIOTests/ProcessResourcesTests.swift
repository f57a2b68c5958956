import BatonIO
import Foundation
import Testing

@Suite("Process resources (N26)")
struct ProcessResourcesTests {
    /// How many descriptors the kernel's table of this process has room for.
    private func tableSize() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("FDSize:") })
        return try #require(Int(line.dropFirst(7).trimmingCharacters(in: .whitespaces)))
    }

    @Test("the table of descriptors has room before there are any")
    func reservesDescriptors() throws {
        let before = try tableSize()
        let count = min(before * 4, ProcessResources.openFilesLimit())
        ProcessResources.reserveDescriptors(count)
        #expect(try tableSize() >= count)
    }

    @Test("a wish beyond the limit gives what the limit allows, and none is no wish")
    func reservesWithinTheLimit() throws {
        ProcessResources.reserveDescriptors(0)
        ProcessResources.reserveDescriptors(-1)
        let limit = ProcessResources.openFilesLimit()
        guard limit <= 1 << 20 else { return }
        ProcessResources.reserveDescriptors(.max)
        #expect(try tableSize() >= limit)
    }
}
