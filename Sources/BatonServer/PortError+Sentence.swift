import BatonBase
import BatonMedia

extension PortError {
    /// What is wrong, with the values, as one sentence for `detail` (N4, N17, N26).
    var sentence: String {
        switch self {
        case .unknownInterface(let name, let known):
            "there is no interface '\(name)'; there are: \(known.joined(separator: ", "))"
        case .noAddress(let interface, let family):
            "interface '\(interface)' has no IPv\(family.rawValue) address"
        case .exhausted(let interface, let range, let holders):
            "interface '\(interface)': all ports of \(range.lowerBound)-\(range.upperBound) are "
                + "taken or rest after their release; most are held by: "
                + (holders.isEmpty ? "nobody" : holders.joined(separator: ", "))
        case .system(let call, let errno, let reason, let address):
            "\(call) \(address): \(reason) (errno \(errno))"
        case .limit(let what, let value):
            "the limit of \(what) is reached: \(value)"
        }
    }
}
