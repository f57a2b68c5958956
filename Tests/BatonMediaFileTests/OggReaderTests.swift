import BatonBase
import BatonMediaFile
import BatonTestKit
import Testing

@Suite("Ogg pages (RFC 3533)")
struct OggReaderTests {
    private func pages(_ file: [UInt8]) throws -> ([OggPage], OggReader) {
        var reader = OggReader()
        var pages: [OggPage] = []
        while let page = try reader.nextPage(in: file.span.bytes) { pages.append(page) }
        return (pages, reader)
    }

    @Test("the pages of opusenc follow each other without a byte between them")
    func readsPages() throws {
        let file = try vectors.bytes("opusenc-stereo.opus")
        let (pages, reader) = try pages(file)
        #expect(pages.count == 6)
        #expect(pages.map(\.sequenceNumber) == Array(0...5))
        #expect(pages.allSatisfy { $0.serialNumber == 2 && !$0.isContinued })
        #expect(pages.map(\.isFirst) == [true, false, false, false, false, false])
        #expect(pages.map(\.isLast) == [false, false, false, false, false, true])
        #expect(pages.last?.granulePosition == 12_312)
        #expect(pages.last?.body.upperBound == file.count)
        #expect(reader.skippedByteCount == 0 && reader.damagedPageCount == 0)
    }

    @Test("a page with one bit changed is skipped, and the others are found", arguments: 1...200)
    func skipsDamaged(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var file = try vectors.bytes("opusenc-stereo.opus")
        let (whole, _) = try pages(file)
        let offset = Int.random(in: file.indices, using: &random)
        let hit = try #require(whole.firstIndex { offset < $0.body.upperBound })
        file[offset] ^= 1 << UInt8.random(in: 0...7, using: &random)
        let (left, reader) = try pages(file)
        var expected = whole
        expected.remove(at: hit)
        #expect(left == expected, "seed \(seed)")
        let start = hit == 0 ? 0 : whole[hit - 1].body.upperBound
        #expect(reader.skippedByteCount == whole[hit].body.upperBound - start)
    }

    @Test("garbage before, between and behind pages is passed over")
    func passesGarbage() throws {
        let file = try vectors.bytes("opusenc-mono.opus")
        let (whole, _) = try pages(file)
        var mixed: [UInt8] = Array("garbage OggS".utf8)
        var start = 0
        for page in whole {
            mixed += file[start..<page.body.upperBound] + Array("OggSOg".utf8)
            start = page.body.upperBound
        }
        let (found, reader) = try pages(mixed)
        #expect(found.map(\.sequenceNumber) == whole.map(\.sequenceNumber))
        #expect(reader.skippedByteCount == 12 + 6 * whole.count)
        #expect(reader.endsInPage == true)
    }

    @Test("a file full of false pages is given up")
    func givesUp() throws {
        let file = Array(String(repeating: "OggS", count: 2000).utf8)
        var reader = OggReader()
        #expect(throws: MediaFileError.limitExceeded("more than 1000 damaged pages")) {
            while try reader.nextPage(in: file.span.bytes) != nil {}
        }
    }
}
