/// The words of the protocol (P3, P5).
enum NGWords {
    /// The values of `command`.
    static let commands = NGWordTable<NGCommand>(
        [
            ("ping", .ping), ("offer", .offer), ("answer", .answer), ("delete", .delete),
            ("query", .query), ("list", .list), ("statistics", .statistics),
        ]
            + [
                "start recording", "stop recording", "pause recording", "block DTMF",
                "unblock DTMF", "block media", "unblock media", "silence media",
                "unsilence media", "start forwarding", "stop forwarding", "play media",
                "stop media", "play DTMF", "publish", "subscribe request", "subscribe answer",
                "unsubscribe", "inject start", "inject stop", "connect", "create",
                "create answer", "mesh", "transform", "cli",
            ].map { ($0, .unsupported($0)) })
}
