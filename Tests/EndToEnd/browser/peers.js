// A page with several peers, each of which says a tone and shows a colour. The test carries their
// descriptions through the relay.

import { context, obey, settings, tell, tone } from "./commands.js";
import { Ear } from "./ear.js";

const peers = {};

// A track that shows this colour. It changes a little, so that there is something to encode.
function picture(color) {
  const canvas = new OffscreenCanvas(320, 180);
  const generator = new MediaStreamTrackGenerator({ kind: "video" });
  const writer = generator.writable.getWriter();
  const pen = canvas.getContext("2d");
  let count = 0;
  setInterval(() => {
    pen.fillStyle = color;
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = "black";
    pen.fillRect(count % 32 * 10, 0, 10, 10);
    count += 1;
    const frame = new VideoFrame(canvas, { timestamp: performance.now() * 1000 });
    writer.write(frame).catch(() => frame.close());
  }, 100);
  return generator;
}

class Peer {
  static async create({ policy, hertz, color }) {
    return new Peer(policy, tone(hertz), picture(color),
      await Ear.create(context, settings.tones.split(",").map(Number)));
  }

  constructor(policy, audio, video, ear) {
    this.ear = ear;
    this.screen = document.createElement("video");
    this.screen.muted = this.screen.autoplay = true;
    document.body.append(this.screen);
    this.connection = new RTCPeerConnection({ bundlePolicy: policy, rtcpMuxPolicy: "require" });
    this.connection.ontrack = ({ track }) => {
      if (track.kind === "audio") {
        ear.attach(new MediaStream([track]));
      } else {
        this.screen.srcObject = new MediaStream([track]);
      }
    };
    this.tracks = [audio, video];
  }

  // Adds what it has to say, once.
  #speak() {
    for (const track of this.tracks.splice(0)) {
      this.connection.addTrack(track, new MediaStream([track]));
    }
  }

  async offer() {
    this.#speak();
    await this.connection.setLocalDescription(await this.connection.createOffer());
    return this.#description();
  }

  async answer(sdp) {
    await this.connection.setRemoteDescription({ type: "offer", sdp });
    this.#speak();
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    return this.#description();
  }

  // The candidates go into the description itself.
  async #description() {
    while (this.connection.iceGatheringState !== "complete") {
      await new Promise((resolve) => {
        this.connection.addEventListener("icegatheringstatechange", resolve, { once: true });
      });
    }
    return this.connection.localDescription.sdp;
  }

  stop(kind) {
    this.connection.getTransceivers().find(({ receiver }) => receiver.track.kind === kind).stop();
  }

  // Has another picture from the next offer on.
  show(color) {
    this.tracks.push(picture(color));
  }

  // What is to be seen: the middle of the picture as red, green and blue.
  look() {
    const { videoWidth, videoHeight } = this.screen;
    if (!videoWidth) {
      return { color: null, width: 0 };
    }
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.drawImage(this.screen, videoWidth / 2, videoHeight / 2, 1, 1, 0, 0, 1, 1);
    return { color: [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)], width: videoWidth };
  }

  async statistics() {
    const reports = [...(await this.connection.getStats()).values()];
    const of = (type) => reports.filter((report) => report.type === type);
    const sum = (list, field, kind) => list.filter((one) => one.kind === kind)
      .reduce((total, one) => total + (one[field] ?? 0), 0);
    return {
      transports: of("transport").map(({ dtlsState, iceState }) => ({ dtlsState, iceState })),
      frames: sum(of("inbound-rtp"), "framesDecoded", "video"),
      lost: { audio: sum(of("inbound-rtp"), "packetsLost", "audio"),
        video: sum(of("inbound-rtp"), "packetsLost", "video") },
      // What the other side reports of what we have sent.
      reported: of("remote-inbound-rtp").map(({ kind }) => kind).sort(),
    };
  }
}

context.resume().then(() => obey({
  create: async ({ peer, ...settings }) => { peers[peer] = await Peer.create(settings); },
  offer: ({ peer }) => peers[peer].offer(),
  answer: ({ peer, sdp }) => peers[peer].answer(sdp),
  accept: ({ peer, sdp }) =>
    peers[peer].connection.setRemoteDescription({ type: "answer", sdp }),
  stop: ({ peer, kind }) => peers[peer].stop(kind),
  show: ({ peer, color }) => peers[peer].show(color),
  until: ({ peer, hertz }) => peers[peer].ear.until(hertz),
  listen: ({ peer, seconds }) => peers[peer].ear.listen(seconds),
  look: ({ peer }) => peers[peer].look(),
  statistics: ({ peer }) => peers[peer].statistics(),
})).catch((error) => tell("error", { message: String(error) }));
