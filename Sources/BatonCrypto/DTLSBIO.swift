internal import COpenSSL

/// OpenSSL's end of a ``DTLSWire``: a BIO that keeps datagrams apart.
///
/// OpenSSL 3.0's memory BIO is a stream: writes run together, and reads cross datagrams.
@safe final class DTLSBIO {
    let method: OpaquePointer

    /// - Throws: ``DTLSError`` when there is no memory.
    init() throws(DTLSError) {
        // No index of its own: OpenSSL has 127 of them for the life of a process.
        guard let method = unsafe BIO_meth_new(BIO_TYPE_SOURCE_SINK, "baton datagrams") else {
            throw .library("making a BIO method")
        }
        unsafe self.method = method
        unsafe BIO_meth_set_read(method, dtlsRead)
        unsafe BIO_meth_set_write(method, dtlsWrite)
        unsafe BIO_meth_set_ctrl(method, dtlsControl)
    }

    deinit { unsafe BIO_meth_free(method) }

    /// Gives `ssl` a BIO whose callbacks use `wire`, which must outlive `ssl`.
    func attach(_ wire: DTLSWire, to ssl: OpaquePointer) throws(DTLSError) {
        guard let bio = unsafe BIO_new(method) else { throw .library("making a BIO") }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(wire).toOpaque())
        unsafe BIO_set_init(bio, 1)
        // The same one for both directions: the call takes over one reference.
        unsafe SSL_set_bio(ssl, bio, bio)
    }
}

/// The wire behind a BIO of ``DTLSBIO``.
func dtlsWire(of bio: OpaquePointer?) -> DTLSWire? {
    guard let data = unsafe BIO_get_data(bio) else { return nil }
    return unsafe Unmanaged<DTLSWire>.fromOpaque(data).takeUnretainedValue()
}

/// What OpenSSL looks at after a call to know whether to try again.
private let retryFlags =
    BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY

/// Hands OpenSSL the datagram that waits, or says that there is none yet.
private func dtlsRead(
    _ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: CInt
) -> CInt {
    unsafe BIO_clear_flags(bio, retryFlags)
    guard let wire = unsafe dtlsWire(of: bio), let incoming = unsafe wire.incoming,
        let bytes = unsafe bytes, count > 0
    else {
        unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        return -1
    }
    unsafe wire.incoming = nil
    let length = min(Int(count), incoming.count)
    unsafe UnsafeMutableRawBufferPointer(start: bytes, count: length)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: incoming[..<length]))
    return CInt(length)
}

/// Keeps what OpenSSL sends.
private func dtlsWrite(
    _ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: CInt
) -> CInt {
    unsafe BIO_clear_flags(bio, retryFlags)
    guard let wire = unsafe dtlsWire(of: bio), let bytes = unsafe bytes, count > 0 else {
        return -1
    }
    unsafe wire.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
    return count
}

/// Answers OpenSSL's questions about the transport, and learns of its timer.
private func dtlsControl(
    _ bio: OpaquePointer?, _ command: CInt, _ number: CLong, _ pointer: UnsafeMutableRawPointer?
) -> CLong {
    switch command {
    case BIO_CTRL_FLUSH:
        return 1
    case BIO_CTRL_DGRAM_QUERY_MTU, BIO_CTRL_DGRAM_GET_FALLBACK_MTU, BIO_CTRL_DGRAM_GET_MTU:
        return unsafe dtlsWire(of: bio)?.mtu ?? 0
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
        guard let wire = unsafe dtlsWire(of: bio), let pointer = unsafe pointer else { return 0 }
        unsafe DTLSTimer.note(pointer.assumingMemoryBound(to: timeval.self), on: wire)
        return 1
    default:
        return 0
    }
}
