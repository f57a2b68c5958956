import Testing

@testable import BatonNG

/// Everything about `no effect` is tested here against the list itself, so that a line that goes
/// from the list changes no other test.
@Suite("ng keys and flags without effect (N2)")
struct NGLaterTests {
    @Test(
        "N2: a feature is named in the warning as long as it is not there, and only so long",
        arguments: NGFeature.allCases)
    func features(feature: NGFeature) throws {
        let samples = NGLaterSample.all.filter { $0.feature == feature }
        #expect(!samples.isEmpty)
        let isLater = NGLater.features.contains(feature)
        for sample in samples {
            let request = try offer(sample.keys)
            #expect(request.warning == (isLater ? "no effect: \(sample.name)" : nil))
        }
    }

    @Test("N2: keys that are known by name alone are named with their value, unless that is off")
    func keys() throws {
        for key in NGLater.keys {
            #expect(try offer([NGBytes(key): "x"]).warning == "no effect: \(key)=x")
            #expect(try offer([NGBytes(key): ["a": "b"]]).warning == "no effect: \(key)")
            for word in ["off", "no", "0", "default", ""] as [NGValue] {
                #expect(try offer([NGBytes(key): word]).warning == nil)
            }
        }
    }

    @Test("N2: flags that are known by name alone are named")
    func flags() throws {
        for flag in NGLater.flags {
            #expect(try offer(["flags": [.text(flag)]]).warning == "no effect: \(flag)")
            #expect(try offer(["rtpp-flags": .text(flag)]).warning == "no effect: \(flag)")
        }
    }

    @Test("N2: a warning tells first what was not recognized, then what has no effect, each once")
    func sentences() throws {
        var request = try offer(["weather": "fine", "flags": ["shiny"]])
        for name in ["a=b", "c", "a=b"] { request.ineffective.insert(name) }
        #expect(request.warning == "not recognized: weather, shiny; no effect: a=b, c")
    }
}
