/// How much of a session's figures a reply holds (N5).
enum FigureExtent {
    /// All.
    case whole
    /// Totals and the quality of sources: all that the proxies read but the parties' streams.
    case withoutTags
    /// Totals only.
    case totals

    /// What a warning says is missing.
    var leftOut: String {
        switch self {
        case .whole: "nothing is left out"
        case .withoutTags: "'tags' and the MOS entries are left out"
        case .totals: "'tags' and 'SSRC' are left out"
        }
    }
}
