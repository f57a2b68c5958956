import ArgumentParser
import BatonConfig
import Foundation

/// What the process says with its exit status.
enum ExitStatus: Int32, Sendable {
    /// Done.
    case done = 0
    /// The daemon or the configuration says no.
    case refused = 1
    /// The command line is wrong.
    case usage = 2
    /// The daemon cannot be reached.
    case unreachable = 3

    /// Prints what is to be said about an error and ends the process.
    static func leave(with error: any Error) -> Never {
        let (status, text) = outcome(of: error)
        if !text.isEmpty {
            let output = status == .done ? FileHandle.standardOutput : FileHandle.standardError
            output.write(Data((text + "\n").utf8))
        }
        exit(status.rawValue)
    }

    /// A wrong flag is a wrong command line; a wrong file is refused.
    private static func status(of error: ConfigError) -> ExitStatus {
        error.problems.allSatisfy { $0.source.hasPrefix("--") } ? .usage : .refused
    }

    /// The status and the text for an error. A request for help is no error.
    static func outcome(of error: any Error) -> (ExitStatus, String) {
        switch error {
        case let error as CommandError: (error.status, "baton: \(error)")
        case let error as ConfigError: (status(of: error), error.description)
        default:
            BatonCommand.exitCode(for: error).isSuccess
                ? (.done, BatonCommand.fullMessage(for: error))
                : (.usage, BatonCommand.fullMessage(for: error))
        }
    }
}

/// Why a command could not do what it was told, as a sentence with what to do.
struct CommandError: Error, Hashable, CustomStringConvertible {
    /// The exit status.
    var status: ExitStatus
    /// The sentence.
    var description: String

    /// The daemon, or a file, says no.
    static func refused(_ sentence: String) -> CommandError {
        CommandError(status: .refused, description: sentence)
    }

    /// The daemon cannot be reached.
    static func unreachable(_ sentence: String) -> CommandError {
        CommandError(status: .unreachable, description: sentence)
    }
}
