import BatonSDP

/// The attribute by which an instance of baton knows an SDP that it has written itself
/// (`loop-protect`).
struct LoopMark {
    /// The whole attribute.
    let attribute: SDPAttribute

    /// The mark of the instance that `options` name.
    init(_ options: SignallingOptions) {
        attribute = SDPAttribute(name: "baton", value: options.instanceName)
    }

    /// Whether the mark stands at the session level of `sdp`.
    func isIn(_ sdp: SessionDescription) -> Bool { sdp.hasAttribute(attribute) }
}
