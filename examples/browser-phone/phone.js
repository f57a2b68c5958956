// A telephone in a browser: one call at a time, Opus over DTLS-SRTP, signalled by SIP over
// WebSocket. No library is needed.
//
//   const phone = new Phone({ server: "ws://127.0.0.1:8080", user: "alice",
//                             domain: "127.0.0.1:5060", track });
//   phone.addEventListener("remotetrack", (event) => { audio.srcObject = event.detail.stream; });
//   await phone.start();
//   await phone.call("bob");

import { Agent, Dialog, header, tagOf, token, uriOf } from "./sip.js";

// Host candidates are there at once; a STUN server that does not answer must not hold up a call.
const gatheringTimeout = 2000;

// Events (`detail` in brackets): ringing, incoming (from), established, remotetrack (stream),
// updated, ended (reason), connection (state).
export class Phone extends EventTarget {
  constructor({ server, user, domain, track, iceServers = [], answersByItself = true }) {
    super();
    Object.assign(this, { track, iceServers, answersByItself });
    this.agent = new Agent({ server, user, domain });
    this.agent.onrequest = (request) => this.#request(request);
    this.agent.onclose = () => this.#end("connection lost");
    this.#forget();
  }

  // Connects and registers.
  async start() {
    await this.agent.open();
    await this.agent.register();
  }

  async stop() {
    await this.hangUp();
    await this.agent.register(0);
    this.agent.close();
  }

  // Resolves when the other side has answered; throws with the status of a refusal.
  async call(user) {
    if (this.state !== "idle") {
      throw new Error("there is a call already");
    }
    this.state = "calling";
    const dialog = Dialog.calling(this.agent.address, `sip:${user}@${this.agent.domain}`);
    this.dialog = dialog;
    try {
      await this.#offer(this.#connect());
    } catch (error) {
      this.#end(error.message);
      if (dialog.established) {
        // The answer is of no use, but the other side believes in the call.
        this.agent.request("BYE", dialog).catch(() => {});
      }
      throw error;
    }
    this.state = "talking";
    this.#tell("established");
    if (this.givenUp) {
      // The answer and our CANCEL have crossed (RFC 3261, section 9.1).
      await this.hangUp();
    }
  }

  // Takes a call that is ringing.
  async answer() {
    await this.#answer(this.ringing);
  }

  // Ends the call in whatever state it is.
  async hangUp() {
    const { state, dialog, ringing } = this;
    if (state === "calling") {
      this.givenUp = true;
      this.cancel?.();
    } else if (state === "ringing") {
      this.agent.reply(ringing, 486, "Busy Here", { localTag: this.localTag });
      this.#end("refused");
    } else if (state === "talking") {
      this.#end("hung up");
      await this.agent.request("BYE", dialog);
    }
  }

  // Stops sound both ways; the other side is told by a=sendonly (RFC 3264, section 8.4).
  async hold() {
    await this.sender.replaceTrack(null);
    this.transceiver.direction = "sendonly";
    await this.#offer(this.connection);
  }

  async resume() {
    await this.sender.replaceTrack(this.track);
    this.transceiver.direction = "sendrecv";
    await this.#offer(this.connection);
  }

  // New ICE credentials and new pairs, the DTLS session stays (RFC 8445, section 2.4).
  async restartICE() {
    this.connection.restartIce();
    await this.#offer(this.connection);
  }

  // A new connection in place of the old one: new certificate, ICE session and SSRC, as after a
  // reload of the page.
  async renew() {
    const old = this.connection;
    try {
      await this.#offer(this.#connect());
      old.close();
    } catch (error) {
      this.connection.close();
      this.connection = old;
      throw error;
    }
  }

  // Digits as RTP telephone-events (RFC 4733).
  sendDigits(digits, milliseconds = 100) {
    this.sender.dtmf.insertDTMF(digits, milliseconds, 100);
  }

  get transceiver() {
    return this.connection.getTransceivers()[0];
  }

  get sender() {
    return this.transceiver.sender;
  }

  #forget() {
    this.state = "idle";
    this.dialog = this.connection = this.ringing = this.cancel = null;
    this.busy = this.givenUp = false;
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #end(reason) {
    if (this.state === "idle") {
      return;
    }
    this.connection?.close();
    this.#forget();
    this.#tell("ended", { reason });
  }

  #connect() {
    // "balanced", the default, takes calls that come without a=group:BUNDLE as well.
    const connection = new RTCPeerConnection({
      iceServers: this.iceServers, rtcpMuxPolicy: "require",
    });
    connection.ontrack = (event) => {
      this.#tell("remotetrack", { stream: event.streams[0] ?? new MediaStream([event.track]) });
    };
    connection.onconnectionstatechange = () => {
      this.#tell("connection", { state: connection.connectionState });
    };
    connection.addTrack(this.track, new MediaStream([this.track]));
    this.connection = connection;
    return connection;
  }

  // Sends an INVITE (a re-INVITE within a call) with an offer, and applies the answer.
  async #offer(connection) {
    const { agent, dialog } = this;
    this.busy = true;
    try {
      await connection.setLocalDescription(await connection.createOffer());
      await gathered(connection);
      const response = await agent.request("INVITE", dialog, {
        body: connection.localDescription.sdp,
        started: (cancel) => { this.cancel = cancel; },
        onprovisional: (provisional) => {
          if (provisional.status >= 180) {
            this.#tell("ringing", { status: provisional.status });
          }
        },
      });
      if (response.status >= 300) {
        if (connection.signalingState === "have-local-offer") {
          await connection.setLocalDescription({ type: "rollback" });
        }
        throw new Error(`${response.status} ${response.reason}`);
      }
      dialog.complete(response);
      agent.acknowledge(dialog, dialog.sequence);
      await connection.setRemoteDescription({ type: "answer", sdp: response.body });
    } finally {
      this.busy = false;
      this.cancel = null;
    }
  }

  #request(request) {
    const inDialog = tagOf(header(request, "to")) !== undefined;
    if (inDialog && header(request, "call-id") !== this.dialog?.callID) {
      this.agent.reply(request, 481, "Call Does Not Exist");
    } else if (inDialog && !this.dialog.follows(request)) {
      // RFC 3261, section 12.2.2.
      this.agent.reply(request, 500, "Out Of Order");
    } else if (request.method === "INVITE" && inDialog) {
      this.#update(request);
    } else if (request.method === "INVITE") {
      this.#ring(request);
    } else if (request.method === "BYE") {
      this.agent.reply(request, 200, "OK");
      this.#end("the other side hung up");
    } else if (request.method === "OPTIONS") {
      this.agent.reply(request, 200, "OK");
    } else if (request.method === "INFO" || request.method === "NOTIFY") {
      this.agent.reply(request, inDialog ? 200 : 489, inDialog ? "OK" : "Bad Event");
    } else {
      this.agent.reply(request, 405, "Method Not Allowed");
    }
  }

  #ring(invite) {
    if (this.state !== "idle") {
      this.agent.reply(invite, 486, "Busy Here");
      return;
    }
    this.state = "ringing";
    this.ringing = invite;
    this.localTag = token();
    this.dialog = Dialog.called(invite, this.localTag);
    invite.oncancel = () => {
      if (this.state === "ringing") {
        this.agent.reply(invite, 487, "Request Terminated", { localTag: this.localTag });
        this.#end("given up");
      }
    };
    this.agent.reply(invite, 180, "Ringing", { localTag: this.localTag });
    this.#tell("incoming", { from: uriOf(header(invite, "from")) });
    if (this.answersByItself) {
      this.answer().catch((error) => this.#end(error.message));
    }
  }

  async #answer(invite) {
    const connection = this.#connect();
    try {
      await this.#describe(connection, invite);
    } catch (error) {
      if (this.connection === connection) {
        this.agent.reply(invite, 488, "Not Acceptable Here", { localTag: this.localTag });
        throw error;
      }
    }
    // The caller may have given up meanwhile.
    if (this.connection !== connection) {
      return;
    }
    this.state = "talking";
    this.#tell("established");
  }

  // A re-INVITE of the other side: hold, resume, a new address.
  async #update(invite) {
    if (this.busy) {
      this.agent.reply(invite, 491, "Request Pending");
      return;
    }
    this.dialog.target = uriOf(header(invite, "contact")) ?? this.dialog.target;
    try {
      await this.#describe(this.connection, invite);
      this.#tell("updated", { direction: this.transceiver.currentDirection });
    } catch (error) {
      this.agent.reply(invite, 488, "Not Acceptable Here");
    }
  }

  // Answers the offer of an INVITE, or makes one for an INVITE without.
  async #describe(connection, invite) {
    const { localTag } = this;
    if (invite.body) {
      await connection.setRemoteDescription({ type: "offer", sdp: invite.body });
      await connection.setLocalDescription(await connection.createAnswer());
    } else {
      await connection.setLocalDescription(await connection.createOffer());
      invite.onack = (ack) =>
        connection.setRemoteDescription({ type: "answer", sdp: ack.body });
    }
    await gathered(connection);
    if (this.connection === connection) {
      this.agent.reply(invite, 200, "OK", { localTag, body: connection.localDescription.sdp });
    }
  }
}

// The candidates go into the offer or answer itself: phones know no trickle ICE.
function gathered(connection) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, gatheringTimeout);
    const check = () => {
      if (connection.iceGatheringState === "complete") {
        clearTimeout(timer);
        resolve();
      }
    };
    connection.addEventListener("icegatheringstatechange", check);
    check();
  });
}
