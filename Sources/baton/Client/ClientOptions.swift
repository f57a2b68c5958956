import ArgumentParser
import Foundation

/// The options of every command that asks a daemon.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's API (default: $BATON_API or 127.0.0.1:9080).", valueName: "address:port"))
    var api: APIEndpoint?

    @Option(
        help: ArgumentHelp(
            "The API's token (default: $BATON_TOKEN); see api.token of the daemon.",
            valueName: "token"))
    var token: String?

    @Flag(help: "Print JSON instead of text.")
    var json = false

    /// The client that the options describe.
    ///
    /// - Throws: `ValidationError` when `BATON_API` is no address.
    func client() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        var endpoint = api
        if endpoint == nil, let text = environment["BATON_API"], !text.isEmpty {
            endpoint = APIEndpoint(argument: text)
            if endpoint == nil {
                throw ValidationError("BATON_API is '\(text)', expected ADDRESS:PORT")
            }
        }
        let token = token ?? environment["BATON_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        return APIClient(endpoint: endpoint ?? .standard, token: token)
    }
}
