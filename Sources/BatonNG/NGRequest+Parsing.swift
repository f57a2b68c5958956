extension NGRequest {
    /// Reads `dictionary`.
    /// - Throws: ``NGError`` with ``NGErrorReason/noCommand``, nothing else. An unknown command is
    ///   ``NGCommand/unknown(_:)``.
    public init(_ dictionary: NGDictionary) throws(NGError) {
        var reader = NGRequestReader()
        for entry in dictionary.entries { reader.read(entry) }
        guard let request = reader.finish() else { throw NGError(.noCommand) }
        self = request
    }
}
