import Yams

/// The entries of `interfaces`: each either the short text or keys and values.
extension ConfigReader {
    private static let keys = ["name", "address", "device", "advertised", "ports"]

    /// Reads the list, or a single entry.
    mutating func readInterfaces(_ setting: Setting, from value: Node) {
        let nodes: [Node]
        if case .sequence(let sequence) = value { nodes = Array(sequence) } else { nodes = [value] }
        let before = problems.count
        let entries = nodes.compactMap { interface(setting, from: $0) }
        if entries.isEmpty, problems.count == before {
            report(value, setting.key, Self.wrong(setting, found: Self.kind(value)))
        }
        if problems.count == before { config.interfaces = entries }
    }

    private mutating func interface(_ setting: Setting, from node: Node) -> Config.Interface? {
        if case .mapping(let mapping) = node { return interface(from: mapping, at: node) }
        if !Self.isNothing(node), let text = Self.text(of: node),
            let entry = InterfaceText.parse(text)
        {
            return entry
        }
        report(node, setting.key, Self.wrong(setting, found: Self.kind(node)))
        return nil
    }

    private mutating func interface(
        from mapping: Node.Mapping, at node: Node
    ) -> Config.Interface? {
        var entry = Config.Interface(name: "default", place: .device(""))
        let before = problems.count
        for (key, value) in mapping {
            guard let name = Self.text(of: key), Self.keys.contains(name) else {
                let path = "interfaces.\(Self.text(of: key) ?? "?")"
                report(key, path, KnownKeys.unknown(path, among: Self.keys))
                continue
            }
            if let expected = Self.set(name, in: &entry, from: Self.text(of: value) ?? "") {
                report(
                    value, "interfaces.\(name)", "found \(Self.kind(value)), expected \(expected)")
            }
        }
        if problems.count == before, entry.place == .device("") {
            report(
                node, "interfaces", "an entry needs an address, for example 'address: 192.0.2.7'")
        }
        return problems.count == before ? entry : nil
    }

    /// Sets one key of an entry; what was expected when the text does not fit.
    private static func set(
        _ key: String, in entry: inout Config.Interface, from text: String
    ) -> String? {
        switch key {
        case "name":
            guard InterfaceText.isName(text) else { return "a name of letters, digits and -_." }
            entry.name = text
        case "address", "device":
            guard let place = InterfaceText.place(text) else {
                return "a numeric address or a device name, for example '\(key): 192.0.2.7'"
            }
            entry.place = place
        case "advertised":
            guard let address = InterfaceText.address(text) else {
                return "a numeric address, for example 'advertised: 203.0.113.7'"
            }
            entry.advertised = address
        default:
            let form = ValueForm<ClosedRange<UInt16>>.ports
            guard let ports = form.parse(text) else {
                return "\(form.expected), for example 'ports: \(form.example)'"
            }
            entry.ports = ports
        }
        return nil
    }
}
