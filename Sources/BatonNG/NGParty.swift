public import BatonBase

/// How a request names a party of its call (N10).
public enum NGParty: Hashable, Sendable {
    /// By its tag.
    case tag(String)
    /// By the label that it was given.
    case label(String)
    /// By the address that its media comes from.
    case address(IPAddress)
}

extension NGRequest {
    /// The party whose media a ``NGMediaCommand`` is about: `label`, otherwise `address`, otherwise
    /// `from-tag`, which for most commands only counts with the flag `directional`. `nil` for the
    /// whole call, also when the flag `all` says so.
    public var party: NGParty? {
        if let label { return .label(label) }
        if let address { return .address(address) }
        if flags.contains(.all) { return nil }
        return isFromTagMeant ? fromTag.map { .tag($0) } : nil
    }

    /// The party that receives the flow that a ``NGMediaCommand`` is about: `to-label`, otherwise
    /// `to-tag`. `nil` for every receiver, or as ``all`` says.
    public var receiver: NGParty? {
        toLabel.map { .label($0) } ?? toTag.map { .tag($0) }
    }

    /// Whether a command that needs a party may do without: `all` in any form means everybody,
    /// since there are no flows but those of offers and answers.
    public var meansEverybody: Bool {
        switch all {
        case .all, .offerAnswer, .flows: true
        case .none?, .exceptOfferAnswer, nil: flags.contains(.all)
        }
    }

    private var isFromTagMeant: Bool {
        if case .media(let command) = command, command.takesFromTag { return true }
        return flags.contains(.directional)
    }
}
