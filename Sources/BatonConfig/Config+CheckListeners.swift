import BatonBase

/// The part of the check that is about control sockets.
extension Config {
    /// An address that cannot be listened on.
    static func problems(
        ofListener address: SocketAddress, _ key: String, _ facts: MachineFacts
    ) -> [ConfigProblem] {
        if address.ip.isUnspecified || facts.has(address.ip) { return [] }
        return [
            ConfigProblem(
                key: key,
                message: "\(address.ip) is not an address of this machine; "
                    + facts.addressesThatAre)
        ]
    }

    /// The API needs a token as soon as others can reach it (N6).
    func apiProblems(_ facts: MachineFacts) -> [ConfigProblem] {
        guard let listen = api.listen else { return [] }
        var problems = Self.problems(ofListener: listen, "api.listen", facts)
        if !listen.ip.isLoopback, api.token == nil {
            problems.append(
                ConfigProblem(
                    key: "api.listen",
                    message: "\(listen) can be reached by others and no token is set; "
                        + "set api.token (--api-token) or listen on 127.0.0.1"))
        }
        return problems
    }

    /// A UDP control port inside the media ports of the same address would be taken by a call.
    func portProblems(_ facts: MachineFacts) -> [ConfigProblem] {
        let media = interfaces.flatMap { entry in
            let ports = entry.ports ?? self.media.ports
            switch entry.place {
            case .address(let address): return [(address, ports)]
            case .device(let name):
                return facts.addresses.filter { $0.device == name }.map { ($0.address, ports) }
            }
        }
        return ng.listen.filter(\.usesUDP).compactMap { listener in
            let clash = media.first { address, ports in
                ports.contains(listener.address.port)
                    && (listener.address.ip.isUnspecified || listener.address.ip == address)
            }
            guard let (_, ports) = clash else { return nil }
            return ConfigProblem(
                key: "ng.listen",
                message: "port \(listener.address.port) lies within the media ports "
                    + "\(ports.lowerBound)-\(ports.upperBound); move one of them")
        }
    }
}
