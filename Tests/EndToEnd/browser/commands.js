// What the pages share: doing what the test asks for and telling it what happens. The test's HTTP
// server holds GET /command until there is one, and takes events at POST /event.

export const settings = Object.fromEntries(new URLSearchParams(location.search));
export const context = new AudioContext({ sampleRate: 48000 });

export const tell = (event, detail = {}) =>
  fetch("/event", { method: "POST", body: JSON.stringify({ event, ...detail }) });

window.addEventListener("error", (event) => tell("error", { message: event.message }));
window.addEventListener("unhandledrejection", (event) =>
  tell("error", { message: String(event.reason) }));

// A track that says this frequency.
export function tone(hertz) {
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const destination = new MediaStreamAudioDestinationNode(context);
  oscillator.connect(new GainNode(context, { gain: 0.25 })).connect(destination);
  oscillator.start();
  return destination.stream.getAudioTracks()[0];
}

// Runs commands for as long as the page lives, one beside the other.
export async function obey(actions) {
  await tell("ready");
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
