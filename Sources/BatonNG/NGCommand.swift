/// What a request asks for: the value of its key `command`.
public enum NGCommand: Hashable, Sendable {
    /// Is anybody there?
    case ping
    /// The first SDP of an exchange.
    case offer
    /// The SDP that answers it.
    case answer
    /// The end of a call or of a part of it.
    case delete
    /// The figures of a call.
    case query
    /// The call-ids that exist.
    case list
    /// The figures of the relay.
    case statistics
    /// A command on the media of a running call.
    case media(NGMediaCommand)
    /// A command of the protocol that baton does not execute yet, by name.
    case unsupported(String)
    /// A word that is no command of the protocol.
    case unknown(String)

    /// The command that `name` means; hyphens may stand for the spaces, in any case.
    public init(name: NGBytes) {
        self = NGWords.commands[name] ?? .unknown(name.text)
    }

    /// The word of the protocol.
    public var name: String {
        switch self {
        case .ping: "ping"
        case .offer: "offer"
        case .answer: "answer"
        case .delete: "delete"
        case .query: "query"
        case .list: "list"
        case .statistics: "statistics"
        case .media(let command): command.rawValue
        case .unsupported(let name), .unknown(let name): name
        }
    }

    /// Whether this is an offer or an answer.
    public var carriesSDP: Bool { self == .offer || self == .answer }
}
