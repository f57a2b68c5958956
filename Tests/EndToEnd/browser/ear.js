// What the page hears of the other side.

const decibels = (amplitude) => amplitude > 0 ? Math.max(-90, 20 * Math.log10(amplitude)) : -90;

export class Ear {
  // Hears silence until it is given a stream.
  static async create(context, tones) {
    await context.audioWorklet.addModule("ear-worklet.js");
    return new Ear(context, tones);
  }

  constructor(context, tones) {
    Object.assign(this, { context, tones, windows: [], waiting: [] });
    this.node = new AudioWorkletNode(context, "ear", {
      processorOptions: { tones }, channelCount: 1, channelCountMode: "explicit",
    });
    const mute = new GainNode(context, { gain: 0 });
    this.node.connect(mute).connect(context.destination);
    this.node.port.onmessage = ({ data }) => this.#add(data);
  }

  attach(stream) {
    this.source?.disconnect();
    // Chromium decodes a remote stream only for a media element.
    this.element = new Audio();
    this.element.srcObject = stream;
    this.element.play();
    this.source = new MediaStreamAudioSourceNode(this.context, { mediaStream: stream });
    this.source.connect(this.node);
  }

  // Resolves with what is heard in the coming seconds.
  listen(seconds) {
    return new Promise((resolve) => {
      this.waiting.push({ begin: this.windows.length, count: Math.round(seconds * 10), resolve });
    });
  }

  // Resolves when one 100 ms window has this tone; the caller has the deadline.
  until(hertz, level = -30) {
    return new Promise((resolve) => {
      this.waiting.push({ index: this.tones.indexOf(hertz), level, resolve });
    });
  }

  #add(window) {
    this.windows.push(window);
    this.waiting = this.waiting.filter((one) => {
      const done = one.count === undefined
        ? decibels(window.tones[one.index]) > one.level
        : this.windows.length - one.begin >= one.count;
      if (done) {
        one.resolve(one.count === undefined ? true : this.#describe(one.begin));
      }
      return !done;
    });
  }

  // Levels in dB below full scale; `gap` is the longest time below the threshold, in ms.
  #describe(begin) {
    const windows = this.windows.slice(begin);
    const tones = {};
    this.tones.forEach((hertz, index) => {
      const power = windows.reduce((sum, window) => sum + window.tones[index] ** 2, 0);
      tones[hertz] = decibels(Math.sqrt(power / windows.length));
    });
    let [gap, gaps, silent] = [0, 0, 0];
    for (const level of windows.flatMap((window) => window.levels)) {
      silent = decibels(level) < -45 ? silent + 20 : 0;
      gaps += silent === 20 ? 1 : 0;
      gap = Math.max(gap, silent);
    }
    return { seconds: windows.length / 10, tones, gap, gaps };
  }
}
