// Measures what is heard: the level of every 20 ms, and of each tone in every 100 ms (Goertzel).

const blockSeconds = 0.02;
const blocksInWindow = 5;

class Ear extends AudioWorkletProcessor {
  constructor({ processorOptions: { tones } }) {
    super();
    this.coefficients = tones.map((hertz) => 2 * Math.cos(2 * Math.PI * hertz / sampleRate));
    this.blockSize = Math.round(blockSeconds * sampleRate);
    this.begin();
  }

  begin() {
    this.levels = [];
    this.states = this.coefficients.map(() => [0, 0]);
    this.beginBlock();
  }

  beginBlock() {
    this.squares = 0;
    this.count = 0;
  }

  process([input]) {
    // Without a source the input has no channels: that is silence, too.
    const samples = input[0] ?? new Float32Array(128);
    for (const sample of samples) {
      this.squares += sample * sample;
      this.coefficients.forEach((coefficient, index) => {
        const state = this.states[index];
        [state[0], state[1]] = [sample + coefficient * state[0] - state[1], state[0]];
      });
      if (++this.count === this.blockSize) {
        this.finishBlock();
      }
    }
    return true;
  }

  finishBlock() {
    this.levels.push(Math.sqrt(this.squares / this.blockSize));
    this.beginBlock();
    if (this.levels.length === blocksInWindow) {
      const size = this.blockSize * blocksInWindow;
      const tones = this.states.map(([last, before], index) => {
        const power = last * last + before * before - this.coefficients[index] * last * before;
        return 2 * Math.sqrt(Math.max(power, 0)) / size;
      });
      this.port.postMessage({ levels: this.levels, tones });
      this.begin();
    }
  }
}

registerProcessor("ear", Ear);
