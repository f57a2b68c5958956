public import BatonSDP

/// What became of an offer or answer.
public struct NegotiationResult: Equatable, Sendable {
    /// The SDP to send on.
    public var sdp: SessionDescription
    /// What the media worker must be told, in this order.
    public var commands: [PortCommand]
    /// What was asked for and had no effect, a sentence each.
    public var warnings: [String]

    /// The SDP to send on, with the commands and warnings.
    public init(sdp: SessionDescription, commands: [PortCommand] = [], warnings: [String] = []) {
        self.sdp = sdp
        self.commands = commands
        self.warnings = warnings
    }
}

/// Why an offer or answer was refused. The session is as it was before.
public struct NegotiationError: Error, Equatable, Sendable {
    /// The kinds of refusal, each with the text that SIP proxies compare.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// An answer for a session that does not exist.
        case unknownCallID = "Unknown call-id"
        /// The tags fit no offer: an answer without an offer, both tags of one party.
        case invalidDialogue = "Invalid dialogue association"
        /// No `m=` line, or a relayed one without any connection data.
        case incompleteDescription = "Incomplete SDP specification"
        /// Something baton cannot express in the SDP sent on.
        case cannotRewrite = "Error rewriting SDP"
        /// No ports could be opened.
        case outOfPorts = "Ran out of ports"
        /// A limit of ``SessionLimits`` was reached.
        case limit = "Load limit exceeded"
    }

    /// The kind.
    public var reason: Reason
    /// A sentence for people: what is wrong, with the values.
    public var detail: String
    /// Closes the ports that were opened before the failure.
    public var commands: [PortCommand]
    /// The cause, when ports could not be opened.
    public var portError: PortError?

    /// The refusal `reason`.
    public init(
        _ reason: Reason, detail: String, commands: [PortCommand] = [], portError: PortError? = nil
    ) {
        self.reason = reason
        self.detail = detail
        self.commands = commands
        self.portError = portError
    }
}

extension NegotiationError: CustomStringConvertible {
    /// The literal text and the sentence.
    public var description: String { "\(reason.rawValue): \(detail)" }
}
