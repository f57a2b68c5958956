import BatonBase
import BatonIO

/// Why the server cannot start: one sentence that names the thing, what is wrong and what to do.
public struct SetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }

    /// A control socket that cannot be opened.
    init(occupied address: SocketAddress, _ transport: String, _ error: SystemError) {
        let advice =
            if error.isAddressInUse {
                "another program holds it: stop that one, or choose another address with --ng"
            } else if error.isAddressNotAvailable {
                "it is not an address of this machine: choose another one with --ng"
            } else {
                "choose another address with --ng"
            }
        self.init(
            "cannot listen for ng on \(address) (\(transport)): \(error.reason); \(advice)")
    }
}
