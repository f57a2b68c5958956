/// The API's description, as the build embeds it from `openapi.yaml`.
package enum OpenAPIDocument {
    /// The whole document.
    package static let text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
}
