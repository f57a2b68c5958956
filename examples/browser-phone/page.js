// The page's buttons. Every field can be given in the page's address: ?user=alice&tone=440, and
// with &peer=bob&dial=1 the page calls by itself.

import { Phone } from "./phone.js";

const field = (id) => document.getElementById(id);
const log = (text) => { field("log").textContent += `${text}\n`; };

let phone;
let context;

// The microphone, or a tone for a machine that has none.
async function track() {
  const hertz = Number(field("tone").value);
  if (!hertz) {
    return (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
  }
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const volume = new GainNode(context, { gain: 0.25 });
  const destination = new MediaStreamAudioDestinationNode(context);
  oscillator.connect(volume).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

function listen(stream) {
  field("sound").srcObject = stream;
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const measure = () => {
    analyser.getFloatTimeDomainData(samples);
    field("level").value = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  };
  const timer = setInterval(measure, 100);
  phone.addEventListener("ended", () => {
    clearInterval(timer);
    analyser.disconnect();
    field("level").value = 0;
  }, { once: true });
}

async function start() {
  context = new AudioContext();
  await context.resume();
  phone = new Phone({
    server: field("server").value, domain: field("domain").value, user: field("user").value,
    track: await track(), answersByItself: false,
  });
  phone.addEventListener("ringing", () => log("It rings."));
  phone.addEventListener("incoming", ({ detail }) => log(`${detail.from} calls.`));
  phone.addEventListener("established", () => log("Connected."));
  phone.addEventListener("ended", ({ detail }) => log(`Ended: ${detail.reason}.`));
  phone.addEventListener("remotetrack", ({ detail }) => listen(detail.stream));
  await phone.start();
  log(`Registered as ${field("user").value}.`);
}

const actions = {
  start,
  call: () => phone.call(field("peer").value),
  answer: () => phone.answer(),
  hangUp: () => phone.hangUp(),
  hold: () => phone.hold(),
  resume: () => phone.resume(),
  send: () => phone.sendDigits(field("digits").value),
};

async function run(action) {
  if (!phone && action !== start) {
    log("Press Connect first.");
    return;
  }
  try {
    await action();
  } catch (error) {
    log(error.message);
  }
}

for (const [id, action] of Object.entries(actions)) {
  field(id).addEventListener("click", () => run(action));
}

const address = new URLSearchParams(location.search);
for (const [id, value] of address) {
  if (field(id)?.tagName === "INPUT") {
    field(id).value = value;
  }
}
if (address.has("dial")) {
  await run(start);
  await run(actions.call);
}
