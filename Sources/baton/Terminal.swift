import Dispatch
import Foundation

/// The terminal in full-screen mode: raw keys, ANSI drawing (ECMA-48), sizes.
final class Terminal: Sendable {
    /// Why the screen is to be looked at again.
    enum Tick: Hashable, Sendable {
        /// Time has passed, or the blank key.
        case refresh
        /// The window has another size.
        case resize
        /// `q`, Ctrl-C, or the end of the input.
        case quit
    }

    private let saved: termios

    /// Whether both ends are a terminal.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Switches to the alternate screen, hides the cursor and takes keys one by one.
    init() {
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        saved = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        Output.write(Array("\u{1b}[?1049h\u{1b}[?25l".utf8))
    }

    /// Puts everything back.
    func restore() {
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        Output.write(Array("\u{1b}[?25h\u{1b}[?1049l".utf8))
    }

    /// The window's size, 80 by 24 when it is not known.
    static func size() -> (columns: Int, rows: Int) {
        var size = winsize()
        let isKnown =
            ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
            && size.ws_col > 0 && size.ws_row > 0
        return isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (80, 24)
    }

    /// Draws all lines from the top, each over what was there. A line is cleared before it is
    /// written: behind a line that fills the window, clearing would take its last character.
    func draw(_ lines: [String]) {
        let body = lines.map { "\u{1b}[K" + $0 }.joined(separator: "\r\n")
        Output.write(Array(("\u{1b}[H" + body).utf8))
    }

    static func key() -> Tick {
        var byte: UInt8 = 0
        guard read(STDIN_FILENO, &byte, 1) == 1 else { return .quit }
        let quits: [UInt8] = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4]
        return quits.contains(byte) ? .quit : .refresh
    }
}
