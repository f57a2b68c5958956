import Foundation
import Synchronization
import Testing

/// What a run of the built binary gave.
struct CommandOutcome: Sendable {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs the built binary, which lies beside the test bundle. What blocks has threads of its own, so
/// that the server under test keeps the cooperative ones.
enum CommandRunner {
    /// Where the binary is.
    static func binary() throws -> URL {
        let bundle = try #require(
            CommandLine.arguments.first { $0.hasSuffix("PackageTests.xctest") })
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
            .appendingPathComponent("baton")
    }

    /// Runs it to its end; the environment has no BATON_ variables but those given.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> CommandOutcome {
        let process = Process()
        process.executableURL = try binary()
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/"].merging(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        async let text = read(output)
        async let complaint = read(errors)
        let (first, second) = await (text, complaint)
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                process.waitUntilExit()
                continuation.resume(
                    returning: CommandOutcome(
                        status: process.terminationStatus, output: first, errors: second))
            }
        }
    }

    private static func read(_ pipe: Pipe) async -> String {
        let handle = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = handle.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
