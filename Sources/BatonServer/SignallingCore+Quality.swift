import BatonBase
import BatonMedia
import BatonNG
import BatonRTP

/// The quality of one RTP source as it arrives at one port.
struct SourceQuality {
    /// The port.
    let slot: PortSlot
    /// The SSRC.
    let ssrc: UInt32
    /// The counters at the last sample.
    var reading: QualityReading?
    /// The series.
    var progression: QualityProgression
    /// The last sample.
    var last: QualitySample?
}

// Quality from counters: loss and jitter since the last look become a MOS (N24).
extension SignallingCore {
    /// Takes one sample of every source of the session.
    func sampleQuality(of record: SessionRecord, at now: Instant) {
        for party in record.session.parties {
            for stream in party.streams where stream.kind == "audio" {
                guard let slot = stream.ports?.rtp.slot else { continue }
                let named = stream.codec.map { QualityCodec(encodingName: $0) }
                forEachSource(of: slot, worker: record.worker) {
                    let fixed = QualityCodec(payloadType: $0.payloadType)
                    let codec = $0.payloadType < 96 ? fixed : named ?? fixed
                    sample($0, codec, slot, record, now)
                }
            }
        }
    }

    private func sample(
        _ source: SourceCounts, _ codec: QualityCodec, _ slot: PortSlot, _ record: SessionRecord,
        _ now: Instant
    ) {
        guard let index = qualityIndex(of: source.ssrc, at: slot, in: record) else { return }
        let reading = QualityReading(
            packets: source.packets, lost: source.lost,
            jitterMicroseconds: source.jitterMicroseconds,
            roundTripTime: roundTripTime(at: slot, worker: record.worker))
        let sample = QualitySample(
            from: record.sources[index].reading, to: reading,
            codec: codec, at: now)
        record.sources[index].reading = reading
        guard let sample else { return }
        record.sources[index].last = sample
        record.sources[index].progression.append(sample)
    }

    /// The time to the party and back as its reports tell, `nil` while it is not known.
    private func roundTripTime(at slot: PortSlot, worker: Int) -> Duration? {
        let time = counters.count(.roundTripMicroseconds, of: slot, worker: worker)
        return time > 0 ? .microseconds(Int64(clamping: time)) : nil
    }

    /// The place of the source's record, made if there is room.
    private func qualityIndex(
        of ssrc: UInt32, at slot: PortSlot, in record: SessionRecord
    ) -> Int? {
        if let index = record.sources.firstIndex(where: { $0.ssrc == ssrc && $0.slot == slot }) {
            return index
        }
        guard record.sources.count < settings.sourcesPerSession else { return nil }
        record.sources.append(
            SourceQuality(
                slot: slot, ssrc: ssrc,
                progression: QualityProgression(sampleInterval: settings.sampleInterval)))
        return record.sources.count - 1
    }

    /// The record of a source, `nil` before its first sample.
    func quality(of ssrc: UInt32, at slot: PortSlot, in record: SessionRecord) -> SourceQuality? {
        record.sources.first { $0.ssrc == ssrc && $0.slot == slot }
    }

    // MARK: - The key SSRC of a query's reply

    /// The sources of these parties by SSRC.
    func sourceFigures(
        of record: SessionRecord, _ parties: [Party], _ extent: FigureExtent
    ) -> NGDictionary {
        var result = NGDictionary()
        for party in parties {
            for slot in party.streams.compactMap({ $0.ports?.rtp.slot }) {
                for source in sources(of: slot, worker: record.worker) {
                    let body = figures(of: source, at: slot, in: record, extent)
                    result.append(String(source.ssrc), .dictionary(body))
                }
            }
        }
        return result
    }

    private func figures(
        of source: SourceCounts, at slot: PortSlot, in record: SessionRecord,
        _ extent: FigureExtent
    ) -> NGDictionary {
        var body: NGDictionary = [
            .bytes: .number(source.bytes), .packets: .number(source.packets),
            .lastRTPTimestamp: .number(source.timestamp),
            .lastRTPSeq: .number(source.extendedSequenceNumber & 0xffff),
            .cumulativeLoss: .number(max(source.lost, 0)),
        ]
        guard let quality = quality(of: source.ssrc, at: slot, in: record) else { return body }
        let progression = quality.progression
        if let average = progression.average {
            var sample = figures(of: average)
            sample.add(.samples, .number(progression.sampleCount))
            body.add(.averageMOS, .dictionary(sample))
        }
        for (key, sample) in [
            ("lowest MOS", progression.lowest), ("highest MOS", progression.highest),
        ] {
            guard let sample else { continue }
            body.append(key, .dictionary(reported(sample)))
        }
        if extent == .whole { body.add(.mosProgression, entries(of: progression)) }
        return body
    }

    private func entries(of progression: QualityProgression) -> NGValue {
        [
            .interval: .number(progression.interval.wholeMilliseconds / 1_000),
            .entries: .list(progression.entries.map { .dictionary(reported($0)) }),
        ]
    }

    private func reported(_ sample: QualitySample) -> NGDictionary {
        var body = figures(of: sample)
        body.add(.reportedAt, .number(wallMicroseconds(sample.time) / 1_000_000))
        return body
    }

    /// MOS times ten, the delay in microseconds, the jitter in milliseconds, the loss in percent.
    private func figures(of sample: QualitySample) -> NGDictionary {
        let roundTrip = sample.roundTripMicroseconds ?? 0
        return [
            .mos: .number(sample.meanOpinionScoreTimesTen),
            .roundTripTime: .number(roundTrip), .roundTripTimeLeg: .number(roundTrip),
            .jitter: .number(sample.jitterMicroseconds / 1_000),
            .packetLoss: .number(Int(sample.lossPercent.rounded())),
        ]
    }
}
