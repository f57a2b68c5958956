// Does what the test asks for and tells it what happens. The test's HTTP server holds GET /command
// until there is one, and takes events at POST /event.

import { Phone } from "/phone/phone.js";
import { Ear } from "./ear.js";

const settings = Object.fromEntries(new URLSearchParams(location.search));
const context = new AudioContext({ sampleRate: 48000 });

const tell = (event, detail = {}) =>
  fetch("/event", { method: "POST", body: JSON.stringify({ event, ...detail }) });

window.addEventListener("error", (event) => tell("error", { message: event.message }));
window.addEventListener("unhandledrejection", (event) =>
  tell("error", { message: String(event.reason) }));

function tone(hertz) {
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const destination = new MediaStreamAudioDestinationNode(context);
  oscillator.connect(new GainNode(context, { gain: 0.25 })).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

const wanted = {
  "inbound-rtp": ["packetsReceived", "packetsLost", "packetsDiscarded", "jitter",
    "concealedSamples", "totalSamplesReceived", "concealmentEvents"],
  "outbound-rtp": ["packetsSent"],
  "remote-inbound-rtp": ["packetsLost", "fractionLost", "roundTripTime"],
  "transport": ["dtlsState", "iceState", "selectedCandidatePairChanges", "srtpCipher"],
  "codec": ["mimeType", "clockRate"],
};

async function statistics(connection) {
  const found = {};
  for (const report of (await connection.getStats()).values()) {
    if (report.type in wanted) {
      const fields = wanted[report.type].filter((name) => report[name] !== undefined);
      (found[report.type] ??= []).push(
        Object.fromEntries(fields.map((name) => [name, report[name]])));
    }
  }
  return found;
}

async function main() {
  await context.resume();
  const ear = await Ear.create(context, settings.tones.split(",").map(Number));
  const phone = new Phone({ ...settings, track: tone(Number(settings.tone)) });
  phone.addEventListener("remotetrack", ({ detail }) => ear.attach(detail.stream));
  for (const name of ["ringing", "incoming", "established", "updated", "ended", "connection"]) {
    phone.addEventListener(name, ({ detail }) => tell(name, detail));
  }
  const actions = {
    call: ({ user }) => phone.call(user),
    hangUp: () => phone.hangUp(),
    // Gives up a call that is ringing: the call's own promise is left to fail.
    ring: ({ user }) => { phone.call(user).catch(() => {}); },
    hold: () => phone.hold(),
    resume: () => phone.resume(),
    restartICE: () => phone.restartICE(),
    renew: () => phone.renew(),
    digits: ({ digits }) => phone.sendDigits(digits),
    listen: ({ seconds }) => ear.listen(seconds),
    until: ({ hertz }) => ear.until(hertz),
    statistics: () => statistics(phone.connection),
    descriptions: () => ({
      local: phone.connection.localDescription.sdp,
      remote: phone.connection.remoteDescription.sdp,
    }),
  };
  await phone.start();
  await tell("ready");
  await obey(actions);
}

async function obey(actions) {
  for (;;) {
    const { id, name, parameters } = await (await fetch("/command")).json();
    if (!name) {
      continue;
    }
    Promise.resolve().then(() => actions[name](parameters)).then(
      (value) => tell("done", { id, value: value ?? null }),
      (error) => tell("done", { id, error: String(error) }));
  }
}

main().catch((error) => tell("error", { message: String(error) }));
