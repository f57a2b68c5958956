public import BatonBase

/// Remembers the replies to recent requests by cookie, so that a repeated request is not executed
/// again and gets the identical bytes (N3).
///
/// `Waiter` is whatever the caller needs to reach the sender of a copy that arrived while the first
/// was being worked on. The cache reads no clock; the caller passes the time.
public struct CookieCache<Waiter: Sendable>: Sendable {
    /// The limits that this cache was made with.
    public let limits: CookieCacheLimits
    private var entries: [NGBytes: Entry] = [:]
    private var order = CookieQueue()
    private var replyBytes = 0
    private var generation: UInt64 = 0

    /// What to do with a request.
    public enum Outcome: Hashable, Sendable {
        /// It is new: execute it and call `finish`.
        case execute
        /// It is a copy; send these bytes and do nothing else.
        case reply([UInt8])
        /// It is a copy of one that is being worked on; `finish` will name the waiter.
        case wait
        /// It is a copy, and too many are waiting already: drop it.
        case drop
    }

    private struct Entry: Sendable {
        var generation: UInt64
        var reply: [UInt8]?
        var waiters: [Waiter] = []
    }

    /// An empty cache.
    public init(limits: CookieCacheLimits = .init()) {
        self.limits = limits
    }

    /// How many cookies are remembered.
    public var count: Int { entries.count }

    /// Looks `cookie` up at the time `now` and remembers it if it is new.
    ///
    /// Entries beyond the limits of age or number are forgotten, the oldest first.
    public mutating func begin(_ cookie: NGBytes, waiter: Waiter, at now: Instant) -> Outcome {
        removeExpired(at: now)
        guard var entry = entries[cookie] else {
            insert(cookie.compacted(), at: now)
            return .execute
        }
        if let reply = entry.reply { return .reply(reply) }
        guard entry.waiters.count < limits.waiters else { return .drop }
        entry.waiters.append(waiter)
        entries[cookie] = entry
        return .wait
    }

    /// Stores the whole reply, cookie included, and returns who waits for a copy of it.
    ///
    /// Without a reply (nobody is to be answered) the cookie is forgotten.
    public mutating func finish(_ cookie: NGBytes, reply: [UInt8]?) -> [Waiter] {
        guard var entry = entries[cookie], entry.reply == nil else { return [] }
        let waiters = entry.waiters
        guard let reply else {
            entries[cookie] = nil
            return waiters
        }
        entry.waiters = []
        entry.reply = reply
        entries[cookie] = entry
        replyBytes += reply.count
        while replyBytes > limits.bytes, removeOldest() {}
        return waiters
    }

    private mutating func insert(_ cookie: NGBytes, at now: Instant) {
        while order.count >= limits.entries, removeOldest() {}
        generation &+= 1
        entries[cookie] = Entry(generation: generation)
        order.append(.init(cookie: cookie, generation: generation, since: now))
    }

    private mutating func removeExpired(at now: Instant) {
        while let oldest = order.first, now - oldest.since >= limits.age { _ = removeOldest() }
    }

    /// Forgets the oldest cookie; false when there is none.
    private mutating func removeOldest() -> Bool {
        guard let oldest = order.popFirst() else { return false }
        if let entry = entries[oldest.cookie], entry.generation == oldest.generation {
            replyBytes -= entry.reply?.count ?? 0
            entries[oldest.cookie] = nil
        }
        return true
    }
}

/// The limits of a ``CookieCache``.
public struct CookieCacheLimits: Hashable, Sendable {
    /// How many cookies are remembered.
    public var entries = 16_384
    /// For how long, counted from the first copy of the request.
    public var age = Duration.seconds(30)
    /// How many bytes all replies together may have.
    public var bytes = 16 << 20
    /// How many copies may wait for a request that is being worked on.
    public var waiters = 8

    /// The default limits.
    public init() {}
}

/// A queue of cookies, oldest first: an array whose consumed front is dropped now and then.
private struct CookieQueue: Sendable {
    struct Item: Sendable {
        var cookie: NGBytes
        var generation: UInt64
        var since: Instant
    }

    private var items: [Item?] = []
    private var head = 0

    var count: Int { items.count - head }

    var first: Item? { head < items.count ? items[head] : nil }

    mutating func append(_ item: Item) {
        items.append(item)
    }

    mutating func popFirst() -> Item? {
        guard head < items.count else { return nil }
        let item = items[head]
        items[head] = nil
        head += 1
        if head >= 64, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
        return item
    }
}
