extension NGRequest {
    /// Reads `dictionary`.
    /// - Throws: ``NGError`` with ``NGErrorReason/noCommand``, nothing else. An unknown command is
    ///   ``NGCommand/unknown(_:)``.
    public init(_ dictionary: NGDictionary) throws(NGError) {
        throw NGError(.noCommand)
    }
}
