internal import COpenSSL

/// Takes OpenSSL's retransmission timer out of the hands of the system's clock.
///
/// OpenSSL reads the wall clock itself, refuses to send a flight again before its own timer has run
/// out, and sends it again whenever it reads afterwards. A core has no clock, and a wall clock may
/// be set. But OpenSSL 3.0 tells the BIO of each start of the timer by a pointer to the very field
/// that it keeps the time in. So the time is moved out of reach there, and into the past when the
/// association's own deadline comes; the flight's next start moves it out of reach again.
///
/// Later versions hand over a copy. Writing to it is as harmless as it is useless; `isGoverned`
/// finds that out, and then the pointer is never used after the call: the timer runs by the wall
/// clock, for the times that the association asks for.
enum DTLSTimer {
    /// A time that no clock reaches; it fits into 32 bits, and no sum with it overflows.
    private static let never = timeval(tv_sec: 0x7000_0000, tv_usec: 0)

    /// Notes that OpenSSL set its timer to `time`, and moves that out of reach.
    static func note(_ time: UnsafeMutablePointer<timeval>, on wire: DTLSWire) {
        guard unsafe time.pointee.tv_sec != 0 || time.pointee.tv_usec != 0 else {
            wire.isTimerRunning = false
            wire.didStopTimer = true
            unsafe wire.timerStorage = nil
            return
        }
        wire.isTimerRunning = true
        wire.didStartTimer = true
        unsafe time.pointee = never
        unsafe wire.timerStorage = time
    }

    /// Whether what ``note(_:on:)`` wrote is what OpenSSL goes by. Asked after the timer started.
    static func isGoverned(_ ssl: OpaquePointer) -> Bool {
        var left = timeval()
        let hasTimer = unsafe withUnsafeMutablePointer(to: &left) {
            unsafe SSL_ctrl(ssl, DTLS_CTRL_GET_TIMEOUT, 0, $0)
        }
        // Far more than the hour and a bit that OpenSSL's own timer can be set to.
        return hasTimer == 1 && left.tv_sec > 100_000
    }

    /// Has OpenSSL send its last flight again. Gives what OpenSSL says: above 0 when it did, 0
    /// when its own clock says that it is too early, below 0 when it gave up.
    static func expire(_ ssl: OpaquePointer, _ wire: DTLSWire) -> Int {
        if unsafe wire.timerStorage != nil, unsafe isGoverned(ssl) {
            // Not 0: that means that no timer runs.
            unsafe wire.timerStorage?.pointee = timeval(tv_sec: 1, tv_usec: 0)
        }
        return unsafe SSL_ctrl(ssl, DTLS_CTRL_HANDLE_TIMEOUT, 0, nil)
    }
}
