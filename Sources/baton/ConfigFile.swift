import BatonBase
import BatonConfig
import BatonIO
import Foundation
import NIOCore

/// Reads configuration files.
enum ConfigFile {
    /// The configuration in a file.
    ///
    /// - Throws: ``CommandError`` when it cannot be read, `ConfigError` when it is wrong.
    static func load(_ path: String) throws -> Config {
        guard access(path, R_OK) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw CommandError.refused("cannot read \(path) (\(reason))")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError.refused("cannot read \(path) (is it a folder?)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandError.refused("\(path) is not UTF-8 text")
        }
        return try Config(yaml: text, source: path)
    }
}

extension MachineFacts {
    /// The addresses and processors of this machine, as they are now.
    static func ofThisMachine() -> MachineFacts {
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.compactMap { device in
            device.address?.ipAddress.flatMap { text in
                IPAddress(text.prefix { $0 != "%" })
            }.map { MachineFacts.DeviceAddress(device: device.name, address: $0) }
        }
        return MachineFacts(
            addresses: addresses, processors: ProcessResources.allowedProcessorCount())
    }
}
