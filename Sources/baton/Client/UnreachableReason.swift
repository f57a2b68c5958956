import Foundation
import NIOCore
import NIOPosix

/// Why no answer came, in words.
enum UnreachableReason {
    /// The whole sentence with what to do.
    static func sentence(_ endpoint: APIEndpoint, _ error: any Error) -> String {
        "cannot reach baton at \(endpoint) (\(text(error))): is 'baton serve' running? "
            + "Use --api ADDRESS:PORT"
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return text(first.error) }
            return error.dnsAError == nil ? "no address" : "the name is not known"
        case let error as IOError:
            return String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout:
            return "no answer in time"
        case is ChannelError:
            return "the connection was closed"
        default:
            return "\(error)"
        }
    }
}
