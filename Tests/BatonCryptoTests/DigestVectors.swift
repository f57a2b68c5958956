import BatonTestKit
import Foundation

/// The data files of the tests of digests and certificates.
let digestVectors = VectorFiles(.module)
