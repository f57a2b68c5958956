/// Follows the structure of one document byte by byte until it ends.
struct NGDocumentScanner: Sendable {
}
