extension SDPSection {
    /// All attributes of this section in order.
    public var attributes: [SDPAttribute] {
        lines.compactMap(\.attribute)
    }

    /// The attributes with this name in order.
    public func attributes(named name: String) -> [SDPAttribute] {
        lines.lazy.filter { $0.isAttribute(named: name) }.compactMap(\.attribute)
    }

    /// The first attribute with this name, `nil` without one.
    public func firstAttribute(named name: String) -> SDPAttribute? {
        lines.first { $0.isAttribute(named: name) }?.attribute
    }

    /// The value of the first attribute with this name, `nil` without one or for a flag.
    public func firstValue(named name: String) -> String? {
        firstAttribute(named: name)?.value
    }

    /// Whether an attribute with this name is there, with or without a value.
    public func hasAttribute(named name: String) -> Bool {
        lines.contains { $0.isAttribute(named: name) }
    }

    /// Whether the text behind `a=` of some line is exactly that of `attribute`.
    public func hasAttribute(_ attribute: SDPAttribute) -> Bool {
        lines.contains { $0.attribute == attribute }
    }

    /// Adds an attribute behind all lines of this section.
    public mutating func append(_ attribute: SDPAttribute) {
        lines.append(attribute.line)
    }

    /// Adds an attribute behind the last one that has this name; without one, behind all lines.
    public mutating func insert(_ attribute: SDPAttribute, afterLastNamed name: String) {
        guard let index = lines.lastIndex(where: { $0.isAttribute(named: name) }) else {
            append(attribute)
            return
        }
        lines.insert(attribute.line, at: lines.index(after: index))
    }

    /// Adds an attribute before all other attributes of this section.
    public mutating func insertFirst(_ attribute: SDPAttribute) {
        let index = lines.firstIndex { $0.type == .attribute } ?? lines.endIndex
        lines.insert(attribute.line, at: index)
    }

    /// Puts `attribute` in place of the first with the same name and removes further ones;
    /// without one, adds it behind all lines.
    public mutating func setAttribute(_ attribute: SDPAttribute) {
        let name = attribute.name
        replaceAttributes(where: { $0.isAttribute(named: name) }, with: attribute)
    }

    /// Removes the attributes with this name and returns how many there were.
    @discardableResult
    public mutating func removeAttributes(named name: String) -> Int {
        removeLines { $0.isAttribute(named: name) }
    }

    /// Removes the attributes with any of these names and returns how many there were.
    @discardableResult
    public mutating func removeAttributes(named names: SDPAttributeNames) -> Int {
        removeLines { names.contains($0) }
    }

    /// Removes the attributes `name:value` whose value starts with `prefix`, as in
    /// `ssrc:1234 cname`, and returns how many there were.
    @discardableResult
    public mutating func removeAttributes(named name: String, valuePrefix prefix: String) -> Int {
        removeLines { line in
            guard line.isAttribute(named: name), let value = line.attribute?.valueBytes else {
                return false
            }
            return value.starts(with: prefix.utf8)
        }
    }

    /// Removes the attributes whose text behind `a=` is exactly that of `attribute` and returns
    /// how many there were.
    @discardableResult
    public mutating func removeAttributes(equalTo attribute: SDPAttribute) -> Int {
        removeLines { $0.attribute == attribute }
    }

    /// Removes the attributes for which `isUnwanted` holds and returns how many there were.
    @discardableResult
    public mutating func removeAttributes(where isUnwanted: (SDPAttribute) -> Bool) -> Int {
        removeLines { line in line.attribute.map(isUnwanted) ?? false }
    }

    /// Puts `replacement` in place of every attribute whose text behind `a=` is exactly that of
    /// `attribute`, and returns how many there were.
    @discardableResult
    public mutating func replaceAttributes(
        equalTo attribute: SDPAttribute, with replacement: SDPAttribute
    ) -> Int {
        var replaced = 0
        for index in lines.indices where lines[index].attribute == attribute {
            lines[index] = replacement.line
            replaced &+= 1
        }
        return replaced
    }

    /// Puts `replacement` in place of the first line that `isReplaced` picks, or at the end of
    /// the section without one, and removes all others; `nil` only removes.
    mutating func replaceAttributes(
        where isReplaced: (SDPLine) -> Bool, with replacement: SDPAttribute?
    ) {
        let first = lines.firstIndex(where: isReplaced)
        if first != nil { lines.removeAll(where: isReplaced) }
        guard let replacement else { return }
        lines.insert(replacement.line, at: first ?? lines.endIndex)
    }

    /// Removes lines without touching the array where there is nothing to remove.
    @discardableResult
    private mutating func removeLines(where isUnwanted: (SDPLine) -> Bool) -> Int {
        guard lines.contains(where: isUnwanted) else { return 0 }
        let before = lines.count
        lines.removeAll(where: isUnwanted)
        return before &- lines.count
    }
}
