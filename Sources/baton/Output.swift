import BatonAPI
import Foundation

/// What commands print.
enum Output {
    /// An answer, as JSON or as lines.
    static func show<Answer: Encodable>(
        _ answer: Answer, asJSON: Bool, lines: (Answer) -> [String]
    ) throws {
        if asJSON {
            write(try APICoding.encode(answer, isPretty: true))
        } else {
            write(Array((lines(answer).joined(separator: "\n") + "\n").utf8))
        }
    }

    /// A line.
    static func line(_ text: String) {
        write(Array((text + "\n").utf8))
    }

    /// Bytes, at once.
    static func write(_ bytes: [UInt8]) {
        FileHandle.standardOutput.write(Data(bytes))
    }
}
