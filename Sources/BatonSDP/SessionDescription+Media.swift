public import BatonBase

extension SessionDescription {
    /// The connection address that holds for the section at `index`: its own `c=`, otherwise the
    /// session's (RFC 8866 §5.7). `nil` without one or without such a section.
    public func connection(of index: Int) -> SDPConnection? {
        guard media.indices.contains(index) else { return nil }
        return media[index].connection ?? connection
    }

    /// The direction that holds for the section at `index`: its own attribute, otherwise the
    /// session's, otherwise `sendrecv` (RFC 8866 §6.7).
    public func direction(of index: Int) -> MediaDirection {
        guard media.indices.contains(index) else { return .sendrecv }
        return media[index].direction ?? direction ?? .sendrecv
    }

    /// Where the section at `index` wants its RTP: `nil` without a readable IP address, with a
    /// host name or without such a section. Port 0 and 0.0.0.0 are given as they stand.
    public func rtpAddress(of index: Int) -> SocketAddress? {
        guard let ip = connection(of: index)?.ip else { return nil }
        return SocketAddress(ip: ip, port: media[index].port)
    }

    /// Where the section at `index` wants its RTCP when it is not multiplexed: as `a=rtcp:` says
    /// (RFC 3605), otherwise the port above its RTP (RFC 3550 §11). `nil` where
    /// ``rtpAddress(of:)`` is, for port 0, and where no port is above.
    public func rtcpAddress(of index: Int) -> SocketAddress? {
        guard let rtp = rtpAddress(of: index), rtp.port != 0 else { return nil }
        if let attribute = media[index].rtcpAttribute {
            let isElsewhere = attribute.connection != nil
            guard let ip = isElsewhere ? attribute.address : rtp.ip, attribute.port != 0 else {
                return nil
            }
            return SocketAddress(ip: ip, port: attribute.port)
        }
        return rtp.port < .max ? SocketAddress(ip: rtp.ip, port: rtp.port &+ 1) : nil
    }

    /// Takes the section at `index` out, and its `mid` out of every `a=group:`; does nothing
    /// without such a section.
    ///
    /// RFC 3264 §8 does not let a re-offer do this: there a section's port becomes 0.
    public mutating func removeMedia(at index: Int) {
        guard media.indices.contains(index) else { return }
        let removed = media.remove(at: index)
        guard let mid = removed.mid else { return }
        for position in lines.indices where lines[position].isAttribute(named: "group") {
            guard let value = lines[position].attribute?.valueBytes, var group = SDPGroup(value),
                group.mids.contains(mid)
            else { continue }
            group.mids.removeAll { $0 == mid }
            lines[position] = group.attribute.line
        }
    }

    /// The index of the section whose `mid` is `mid`, `nil` without one.
    public func mediaIndex(mid: String) -> Int? {
        media.firstIndex { $0.mid == mid }
    }
}
