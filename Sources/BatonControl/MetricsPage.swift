public import BatonAPI
import BatonTelemetry

/// The metrics page over a status.
public enum MetricsPage {
    /// Prometheus text.
    public static func text(_ status: StatusAnswer) -> String { "" }
}
