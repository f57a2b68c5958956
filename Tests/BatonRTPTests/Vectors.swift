import BatonTestKit
import Foundation

/// The data files of these tests.
let vectors = VectorFiles(.module)
