import BatonBase

extension Config {
    /// The interfaces with their devices looked up, in order.
    ///
    /// - Throws: ``ConfigError`` when an address or device is not of this machine, or none is left.
    public func resolvedInterfaces(
        on facts: MachineFacts
    ) throws(ConfigError) -> [ResolvedInterface] {
        let problems = interfaces.flatMap { Self.problems(of: $0, on: facts) }
        if !problems.isEmpty { throw ConfigError(problems) }
        return interfaces.flatMap { resolve($0, on: facts) }
    }

    /// Checks what only the machine can tell: addresses, devices, and what does not go together.
    ///
    /// - Throws: ``ConfigError`` with everything that is wrong.
    public func check(on facts: MachineFacts) throws(ConfigError) {
        var problems = interfaces.flatMap { Self.problems(of: $0, on: facts) }
        problems += repeatedInterfaces()
        problems += ng.listen.flatMap { Self.problems(ofListener: $0.address, "ng.listen", facts) }
        problems += apiProblems(facts)
        problems += portProblems(facts)
        if !problems.isEmpty { throw ConfigError(problems) }
    }

    /// What is allowed but probably not meant, as sentences for the log.
    public func warnings(on facts: MachineFacts) -> [String] {
        var sentences: [String] = []
        if let workers = media.workers, workers > facts.processors {
            sentences.append(
                "media.workers: \(workers) workers share \(facts.processors) processors")
        }
        for listener in ng.listen where !listener.address.ip.isLoopback {
            if ng.allow == IPNetwork.loopback {
                sentences.append(
                    "ng.listen: only this machine may speak to \(listener.address); "
                        + "add the proxies to ng.allow (--control-allow)")
            }
        }
        return sentences
    }

    private func resolve(_ entry: Interface, on facts: MachineFacts) -> [ResolvedInterface] {
        Self.addresses(of: entry, on: facts).map { address in
            let advertised = entry.advertised.flatMap { $0.family == address.family ? $0 : nil }
            return ResolvedInterface(
                name: entry.name, address: address, advertised: advertised ?? address,
                ports: entry.ports ?? media.ports)
        }
    }

    /// The entry's address, or its device's addresses but link-local ones.
    private static func addresses(of entry: Interface, on facts: MachineFacts) -> [IPAddress] {
        switch entry.place {
        case .address(let address): [address]
        case .device(let name):
            facts.addresses.filter { $0.device == name && !$0.address.isLinkLocalV6 }
                .map(\.address)
        }
    }

    private static func problems(
        of entry: Interface, on facts: MachineFacts
    ) -> [ConfigProblem] {
        guard let sentence = sentence(about: entry, on: facts) else { return [] }
        return [ConfigProblem(message: "interface '\(entry.name)': \(sentence)")]
    }

    private static func sentence(about entry: Interface, on facts: MachineFacts) -> String? {
        switch entry.place {
        case .address(let address):
            if address.isUnspecified || address.isMulticast {
                return "\(address) cannot be written into SDP; name one address of this machine: "
                    + facts.addressesThatAre
            }
            if !facts.has(address) {
                return "\(address) is not an address of this machine; \(facts.addressesThatAre)"
            }
            if let advertised = entry.advertised, advertised.family != address.family {
                return "\(advertised) cannot be advertised for \(address): one is IPv4, the other "
                    + "IPv6; make two interfaces of one name"
            }
        case .device(let name):
            if !facts.addresses.contains(where: { $0.device == name }) {
                return "'\(name)' is not a network device with an address; \(facts.devicesThatAre)"
            }
            let addresses = addresses(of: entry, on: facts)
            if addresses.isEmpty { return "device '\(name)' has link-local addresses only" }
            if let advertised = entry.advertised,
                !addresses.contains(where: { $0.family == advertised.family })
            {
                return "device '\(name)' has no address of the family of \(advertised), which is "
                    + "to be advertised"
            }
        }
        return nil
    }

    private func repeatedInterfaces() -> [ConfigProblem] {
        var seen: Set<String> = []
        return interfaces.compactMap { entry in
            let key = "\(entry.name)/\(entry.place)"
            if seen.insert(key).inserted { return nil }
            return ConfigProblem(
                message: "interface '\(entry.name)': \(entry.place) is given twice")
        }
    }
}
