// A page that is a phone: what the test asks for is done with examples/browser-phone.

import { Phone } from "/phone/phone.js";
import { context, obey, settings, tell, tone } from "./commands.js";
import { Ear } from "./ear.js";

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
  await obey(actions);
}

main().catch((error) => tell("error", { message: String(error) }));
