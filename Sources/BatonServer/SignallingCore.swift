public import BatonBase
import BatonMedia
public import BatonNG
public import BatonRecord

/// The control plane: control messages in, replies, worker commands and events out.
///
/// It opens no socket and reads no clock: ports and workers are behind ``MediaPlane``, the time is
/// a parameter. A message is executed and answered within one call. Confined to the signalling
/// executor.
public final class SignallingCore<Plane: MediaPlane> {
    /// The limits, timeouts and defaults in force.
    public var settings: SignallingSettings
    /// Ports and workers.
    public var plane: Plane
    /// Writes recordings, `nil` where nothing can be recorded.
    public var recorder: Recorder?
    /// What the machine carries, as the driver measured it last.
    public var load = SystemLoad()
    /// Whether new sessions are refused (N28).
    public var isDraining = false
    /// Counts over the core's life.
    public internal(set) var totals = ControlTotals()
    /// Microseconds since 1970 UTC at the instant 0 of the monotonic clock.
    public var wallClockOriginMicroseconds: Int64

    /// The tracks that are played.
    public let library = MediaLibrary()
    /// The number of the next playback.
    var nextPlayback: UInt32 = 0
    /// Who sent the last message without a usable cookie.
    private(set) var lastUnusablePeer: IPAddress?
    /// The workers' counters.
    let counters: Plane.Counters
    /// When the core was made.
    public let startedAt: Instant
    var table: SessionTable
    var cookies: CookieCache<Int>
    var peers: [IPAddress: PeerCounts] = [:]
    var rate = RateLimiter()
    var figures = ServerFigures()
    /// The number of the last recording.
    var recordingNumber: UInt32 = 0
    /// The last number that packets were marked with for the recorder.
    var tapNumber: UInt32 = 0
    /// Where keys and credentials come from.
    var random: any RandomNumberGenerator
    private var events: [ServerEvent] = []
    private var eventNumber: UInt64 = 0

    /// A core without sessions.
    ///
    /// - Parameter random: where SRTP keys and ICE credentials come from; it must be one that
    ///   cannot be guessed.
    public init(
        settings: SignallingSettings, plane: Plane, wallClockOriginMicroseconds: Int64 = 0,
        using random: any RandomNumberGenerator, at now: Instant
    ) {
        self.random = random
        self.settings = settings
        self.plane = plane
        counters = plane.counters
        self.wallClockOriginMicroseconds = wallClockOriginMicroseconds
        startedAt = now
        table = SessionTable(start: now)
        cookies = CookieCache(limits: settings.cookies)
    }

    /// What happened since the last call.
    public func takeEvents() -> [ServerEvent] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Whether `peer` may use the control protocol (N6); a stranger is counted.
    public func admits(_ peer: IPAddress) -> Bool {
        if settings.access.permits(peer) { return true }
        totals.strangers &+= 1
        return false
    }

    /// Counts a message that has no cookie and so gets no reply (N1).
    func noteUnusable(from peer: IPAddress) {
        totals.unusableMessages &+= 1
        lastUnusablePeer = peer
    }

    /// Executes a datagram or another whole message with its cookie.
    ///
    /// - Parameters:
    ///   - replyLimitBytes: the longest reply that the channel carries (N5).
    /// - Returns: the reply, or `nil` when nobody is to be answered: no cookie.
    public func receive(
        _ message: [UInt8], from peer: IPAddress, replyLimitBytes: Int = .max, at now: Instant
    ) -> [UInt8]? {
        guard let frame = NGMessageFraming.split(message, limits: settings.messages) else {
            noteUnusable(from: peer)
            return nil
        }
        return receive(frame, from: peer, replyLimitBytes: replyLimitBytes, at: now)
    }

    /// Executes a message that is split already. A frame without a cookie is never a repetition.
    public func receive(
        _ frame: NGFrame, from peer: IPAddress, replyLimitBytes: Int = .max, at now: Instant
    ) -> [UInt8]? {
        guard let cookie = frame.cookie else {
            return execute(frame, from: peer, replyLimitBytes, at: now)
        }
        switch cookies.begin(cookie, waiter: 0, at: now) {
        case .reply(let bytes):
            totals.repeatedCookies &+= 1
            return bytes
        case .wait, .drop:
            return nil  // Not reached: a message is finished before the next one begins.
        case .execute:
            let reply = execute(frame, from: peer, replyLimitBytes, at: now)
            _ = cookies.finish(cookie, reply: reply)
            return reply
        }
    }

    /// Decodes, executes and encodes.
    private func execute(
        _ frame: NGFrame, from peer: IPAddress, _ replyLimitBytes: Int, at now: Instant
    ) -> [UInt8] {
        var outcome: Outcome
        do throws(NGError) {
            let request = try NGRequest(try frame.decode(limits: settings.messages))
            let sessions = totals.createdSessions
            outcome = dispatch(request, replyLimitBytes, at: now)
            if totals.createdSessions != sessions { outcome.createdCallID = request.callID }
            count(request.command, outcome.reply.result, from: peer)
        } catch {
            outcome = Outcome(.error(error))
            count(.unknown(""), .error, from: peer)
        }
        return encode(outcome, for: frame, replyLimitBytes, at: now)
    }

    /// The reply in the encoding of its request, in a shorter form if it would not fit (N5).
    private func encode(
        _ outcome: Outcome, for frame: NGFrame, _ replyLimitBytes: Int, at now: Instant
    ) -> [UInt8] {
        let whole = outcome.reply.encoded(for: frame)
        guard whole.count > replyLimitBytes else { return whole }
        guard let shorten = outcome.shorten else { return fitted(whole, outcome, frame, at: now) }
        totals.shortenedReplies &+= 1
        var shorter = whole
        for extent in [FigureExtent.withoutTags, .totals] {
            var reply = shorten(extent)
            reply.addWarning(
                "the whole reply has \(whole.count) bytes, the limit is \(replyLimitBytes): "
                    + extent.leftOut)
            shorter = reply.encoded(for: frame)
            if shorter.count <= replyLimitBytes { break }
        }
        return shorter
    }

    /// A reply beyond the limit that cannot be shortened goes out all the same, in fragments; only
    /// what no datagram can hold becomes an error, since it would be lost. A session that the
    /// request began ends with it.
    private func fitted(
        _ whole: [UInt8], _ outcome: Outcome, _ frame: NGFrame, at now: Instant
    ) -> [UInt8] {
        guard whole.count > ReplyLimits.datagramMax else { return whole }
        if let record = outcome.createdCallID.flatMap({ table.record($0) }) {
            end(record, .replyTooLong, lingersFor: .zero, at: now)
        }
        let detail = "the reply would have \(whole.count) bytes; use TCP for this request"
        return NGReply.error(.sdpRewrite, detail: detail).encoded(for: frame)
    }

    func emit(_ kind: ServerEvent.Kind, callID: String, at now: Instant) {
        eventNumber &+= 1
        events.append(
            ServerEvent(
                number: eventNumber, timeMicroseconds: wallMicroseconds(now), callID: callID,
                kind: kind))
    }

    /// `instant` in microseconds since 1970 UTC.
    func wallMicroseconds(_ instant: Instant) -> Int64 {
        wallClockOriginMicroseconds &+ Int64(clamping: instant.nanoseconds / 1_000)
    }
}

extension SignallingCore {
    /// A reply, and how to say it in fewer bytes.
    struct Outcome {
        var reply: NGReply
        var shorten: ((FigureExtent) -> NGReply)?
        /// The call-id of the session that the request began, if it did.
        var createdCallID: String?

        init(_ reply: NGReply, shorten: ((FigureExtent) -> NGReply)? = nil) {
            self.reply = reply
            self.shorten = shorten
        }
    }

    /// Runs one request.
    func dispatch(
        _ request: NGRequest, _ replyLimitBytes: Int, at now: Instant
    ) -> Outcome {
        switch request.command {
        case .ping: Outcome(.pong)
        case .offer: Outcome(negotiate(request, isOffer: true, at: now))
        case .answer: Outcome(negotiate(request, isOffer: false, at: now))
        case .delete: delete(request, at: now)
        case .query: query(request, at: now)
        case .list: Outcome(list(request, replyLimitBytes))
        case .statistics: Outcome(statistics(request, at: now))
        case .media(let command): Outcome(media(command, request, at: now))
        case .unsupported(let name): Outcome(.error(unsupportedError(name)))
        case .unknown(let name):
            Outcome(
                .error(
                    .unrecognizedCommand,
                    detail: "'\(name.prefix(64))' is no command of the protocol"))
        }
    }

    private func count(_ command: NGCommand, _ result: NGReply.Result, from peer: IPAddress) {
        let name =
            if case .unknown = command { "unknown" } else { command.name }
        let isError = result == .error
        totals.commands[name, default: CommandTotals()].add(isError: isError)
        guard peers[peer] != nil || peers.count < settings.countedPeers else { return }
        peers[peer, default: PeerCounts()].commands[name, default: CommandTotals()]
            .add(isError: isError)
    }
}

/// What one control peer has sent.
struct PeerCounts {
    var commands: [String: CommandTotals] = [:]
}

extension CommandTotals {
    mutating func add(isError: Bool) {
        count &+= 1
        if isError { errors &+= 1 }
    }
}
