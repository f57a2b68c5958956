import Foundation

/// What the system says about an error number.
enum SystemReason {
    /// The text of `errno` value `code`, in lower case.
    static func text(_ code: Int32) -> String {
        NSError(domain: NSPOSIXErrorDomain, code: Int(code)).localizedDescription.lowercased()
    }
}
