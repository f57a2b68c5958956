import Foundation

/// What the system says about an error number.
enum SystemReason {
    /// The text of `errno` value `code`, in lower case.
    static func text(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
