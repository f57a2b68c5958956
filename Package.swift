// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target, stated once.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

/// The settings of the targets that may touch pointers: every such expression says `unsafe`.
let strictWithPointers = strict + [.strictMemorySafety()]

func core(_ name: String, _ dependencies: [Target.Dependency] = ["BatonBase"]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies,
        resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "baton",
    products: [.executable(name: "baton", targets: ["baton"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // L0
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "BatonBase", dependencies: ["CLinux"], swiftSettings: strictWithPointers),
        // L1
        core("BatonRTP"),
        core("BatonSDP"),
        core("BatonNG"),
        core("BatonICE"),
        core("BatonAudio"),
        core("BatonMediaFile"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        .systemLibrary(name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .target(
            name: "BatonCrypto", dependencies: ["BatonBase", "COpenSSL", "CSRTP"],
            swiftSettings: strictWithPointers),
        .target(
            name: "BatonOpus", dependencies: ["BatonBase", "COpus"],
            swiftSettings: strictWithPointers),
        .target(
            name: "BatonIO", dependencies: ["BatonBase", "CLinux"],
            swiftSettings: strictWithPointers),
        core("BatonConfig", ["BatonBase", "Yams"]),
        core("BatonAPI"),
        core("BatonTelemetry", ["BatonBase", .product(name: "Logging", package: "swift-log")]),
        // L2
        core("BatonTranscode", ["BatonBase", "BatonRTP", "BatonAudio", "BatonOpus"]),
        // L3
        core(
            "BatonMedia",
            [
                "BatonBase", "BatonRTP", "BatonSDP", "BatonICE", "BatonCrypto", "BatonTranscode",
            ]),
        core(
            "BatonRecord",
            [
                "BatonBase", "BatonRTP", "BatonAudio", "BatonOpus", "BatonTranscode",
                "BatonMediaFile", "BatonIO",
            ]),
        // L4
        core(
            "BatonServer",
            [
                "BatonBase", "BatonRTP", "BatonSDP", "BatonNG", "BatonIO", "BatonConfig",
                "BatonTelemetry", "BatonMedia", "BatonCrypto", "BatonMediaFile", "BatonRecord",
                "BatonAudio", "BatonOpus", "BatonTranscode",
                .product(name: "Logging", package: "swift-log"),
            ]),
        // L5
        .target(
            name: "BatonControl",
            dependencies: [
                "BatonBase", "BatonAPI", "BatonIO", "BatonServer", "BatonTelemetry", "BatonConfig",
                "BatonMedia",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("openapi.yaml")], swiftSettings: strict),
        core(
            "BatonBench",
            [
                "BatonBase", "BatonRTP", "BatonNG", "BatonIO", "BatonSDP", "BatonCrypto",
                "BatonAudio", "BatonOpus", "BatonMediaFile",
            ]),
        // L6
        .executableTarget(
            name: "baton",
            dependencies: [
                "BatonBase", "BatonIO", "BatonServer", "BatonControl", "BatonBench", "BatonAPI",
                "BatonConfig", "BatonTelemetry",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        // Tests
        core("BatonTestKit"),
        tests("BatonBase", []),
        tests("BatonRTP", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests("BatonICE", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests(
            "BatonCrypto", ["BatonBase", "BatonTestKit", "CSRTP"], resources: [.copy("Vectors")]),
        tests("BatonAudio", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests("BatonOpus", ["BatonBase"]),
        tests(
            "BatonTranscode",
            ["BatonBase", "BatonRTP", "BatonAudio", "BatonOpus", "BatonTestKit"]),
        tests(
            "BatonMediaFile", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests("BatonSDP", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests("BatonNG", ["BatonBase", "BatonTestKit"], resources: [.copy("Vectors")]),
        tests("BatonIO", ["BatonBase"]),
        tests("BatonConfig", ["BatonBase"]),
        tests(
            "BatonTelemetry", ["BatonBase", .product(name: "Logging", package: "swift-log")]),
        tests(
            "BatonMedia",
            [
                "BatonBase", "BatonRTP", "BatonSDP", "BatonICE", "BatonCrypto", "BatonTranscode",
                "BatonAudio", "BatonTestKit",
            ]),
        tests(
            "BatonRecord",
            ["BatonBase", "BatonIO", "BatonAudio", "BatonOpus", "BatonMediaFile"]),
        tests(
            "BatonServer",
            [
                "BatonBase", "BatonSDP", "BatonNG", "BatonIO", "BatonMedia", "BatonCrypto",
                "BatonConfig", "BatonRecord", "BatonTestKit",
            ]),
        .target(
            name: "BatonControlTestKit",
            dependencies: [
                "BatonBase", "BatonAPI", "BatonControl",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/BatonControlTestKit", swiftSettings: strict),
        tests(
            "BatonControl",
            [
                "BatonBase", "BatonAPI", "BatonServer", "BatonControlTestKit", "Yams",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "baton",
            [
                "BatonAPI", "BatonBase", "BatonConfig", "BatonControl", "BatonControlTestKit",
                "Yams",
            ]),
        tests(
            "BatonBench",
            ["BatonBase", "BatonNG", "BatonIO", "BatonCrypto", "BatonSDP"]),
    ]
)

// Benches are built only on demand: BATON_BENCH=1.
if Context.environment["BATON_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "PacketBench", dependencies: ["BatonBase", "BatonRTP", "BatonMedia"],
            path: "bench/PacketBench", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "HandshakeBench", dependencies: ["BatonBase", "BatonCrypto"],
            path: "bench/HandshakeBench", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "ServerBench",
            dependencies: [
                "BatonBase", "BatonConfig", "BatonIO", "BatonServer",
                .product(name: "Logging", package: "swift-log"),
            ], path: "bench/ServerBench", swiftSettings: strict))
    package.targets.append(
        .executableTarget(
            name: "QualityBench", dependencies: ["BatonBase", "BatonRTP", "BatonTranscode"],
            path: "bench/quality/QualityBench", swiftSettings: strict))
}

// Fuzzers: `tools/dev fuzz NAME SECONDS`. An ordinary build does not see them.
if Context.environment["BATON_FUZZ"] == "1" {
    let fuzzers = [
        "Bencode": "BatonNG",
        "DTLS": "BatonCrypto",
        "NGJSON": "BatonNG",
        "NGRequest": "BatonNG",
        "Ogg": "BatonMediaFile",
        "PCAP": "BatonMediaFile",
        "RTCP": "BatonRTP",
        "RTP": "BatonRTP",
        "SDP": "BatonSDP",
        "SDPAttributes": "BatonSDP",
        "SRTP": "BatonCrypto",
        "STUN": "BatonICE",
        "Transcode": "BatonTranscode",
        "WAV": "BatonMediaFile",
    ]
    for (name, target) in fuzzers {
        package.targets.append(
            .executableTarget(
                name: "Fuzz\(name)", dependencies: [.init(stringLiteral: target)],
                path: "tools/fuzz/\(name)", swiftSettings: strict))
    }
}
