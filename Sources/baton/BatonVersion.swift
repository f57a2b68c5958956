import BatonConfig

/// What `baton --version` prints.
enum BatonVersion {
    static let text = "baton \(Config.version)"
}
