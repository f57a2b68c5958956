internal import BatonBase

/// The players of a worker's ports. Ports without one cost nothing but a look at a number.
struct PortPlayers: ~Copyable {
    private var byPort: [Int32] = []
    private var eventsByPort: [Int32] = []
    var tracks: [PortPlayer?] = []
    var events: [PortEventPlayer?] = []
    private var freeTracks: [Int32] = []
    private var freeEvents: [Int32] = []

    /// The number of the port's player in ``tracks``, `nil` when nothing is played.
    func track(of port: Int) -> Int? { Self.number(port, byPort) }
    /// The number of the port's player in ``events``, `nil` when there is none.
    func event(of port: Int) -> Int? { Self.number(port, eventsByPort) }

    mutating func insert(_ player: PortPlayer, for port: Int) {
        Self.insert(player, port, &byPort, &tracks, &freeTracks)
    }

    mutating func insert(_ player: PortEventPlayer, for port: Int) {
        Self.insert(player, port, &eventsByPort, &events, &freeEvents)
    }

    /// Takes the port's player away.
    @discardableResult
    mutating func removeTrack(of port: Int) -> PortPlayer? {
        Self.remove(port, &byPort, &tracks, &freeTracks)
    }

    mutating func removeEvents(of port: Int) {
        _ = Self.remove(port, &eventsByPort, &events, &freeEvents)
    }

    private static func number(_ port: Int, _ numbers: [Int32]) -> Int? {
        port >= 0 && port < numbers.count && numbers[port] >= 0 ? Int(numbers[port]) : nil
    }

    private static func insert<Player>(
        _ player: Player, _ port: Int, _ numbers: inout [Int32], _ players: inout [Player?],
        _ free: inout [Int32]
    ) {
        while numbers.count <= port { numbers.append(-1) }
        if let number = Self.number(port, numbers) {
            players[number] = player
        } else if let number = free.popLast() {
            players[Int(number)] = player
            numbers[port] = number
        } else {
            numbers[port] = Int32(players.count)
            players.append(player)
        }
    }

    private static func remove<Player>(
        _ port: Int, _ numbers: inout [Int32], _ players: inout [Player?], _ free: inout [Int32]
    ) -> Player? {
        guard let number = number(port, numbers) else { return nil }
        numbers[port] = -1
        free.append(Int32(number))
        defer { players[number] = nil }
        return players[number]
    }
}
