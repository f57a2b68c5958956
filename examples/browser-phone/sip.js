// SIP over WebSocket (RFC 7118) for one user: messages, transactions and dialogs. It knows nothing
// about media.

const compactNames = {
  c: "content-type", f: "from", i: "call-id", l: "content-length", m: "contact", t: "to", v: "via",
};
// RFC 3261, section 17.1.1.1: T1 and T2 in milliseconds.
const [firstRepeat, longestRepeat] = [500, 4000];
const transactionTimeout = 64 * firstRepeat;

export function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, "0")).join("");
}

// The message of a text; `method` and `uri` are there for a request, `status` for a response.
export function parse(text) {
  const end = text.indexOf("\r\n\r\n");
  const head = end < 0 ? text : text.slice(0, end);
  const [start, ...lines] = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    return [compactNames[name] ?? name, line.slice(colon + 1).trim()];
  });
  const message = { start, headers, body: end < 0 ? "" : text.slice(end + 4) };
  const words = start.split(" ");
  if (words[0] === "SIP/2.0") {
    return { ...message, status: Number(words[1]), reason: words.slice(2).join(" ") };
  }
  return { ...message, method: words[0], uri: words[1] };
}

export const header = (message, name) => message.headers.find((pair) => pair[0] === name)?.[1];

export const allHeaders = (message, name) =>
  message.headers.filter((pair) => pair[0] === name).map((pair) => pair[1]);

export const tagOf = (value) => /;\s*tag=([^;>\s]+)/.exec(value ?? "")?.[1];

export const uriOf = (value) =>
  /<([^>]+)>/.exec(value ?? "")?.[1] ?? /sips?:[^;\s]+/.exec(value ?? "")?.[0];

const branchOf = (message) => /;\s*branch=([^;,\s]+)/.exec(header(message, "via") ?? "")?.[1];

// The addresses of Record-Route headers, which may be joined by commas.
const routesOf = (message) =>
  allHeaders(message, "record-route").flatMap((value) => value.split(/,\s*(?=<)/));

// What both ends of a call remember (RFC 3261, section 12).
export class Dialog {
  static calling(from, to) {
    return Object.assign(new Dialog(), {
      callID: token(), from: `<${from}>;tag=${token()}`, to: `<${to}>`, target: to, routes: [],
      sequence: 0, remoteSequence: -1,
    });
  }

  static called(invite, localTag) {
    return Object.assign(new Dialog(), {
      callID: header(invite, "call-id"), from: `${header(invite, "to")};tag=${localTag}`,
      to: header(invite, "from"), target: uriOf(header(invite, "contact")),
      routes: routesOf(invite), sequence: 0, remoteSequence: parseInt(header(invite, "cseq")),
    });
  }

  // False for a request that is older than one that was here already.
  follows(request) {
    const sequence = parseInt(header(request, "cseq"));
    const later = sequence > this.remoteSequence;
    this.remoteSequence = Math.max(sequence, this.remoteSequence);
    return later;
  }

  // A response to our INVITE completes the dialog.
  complete(response) {
    if (!tagOf(this.to)) {
      this.routes = routesOf(response).reverse();
    }
    this.established = true;
    this.to = header(response, "to");
    this.target = uriOf(header(response, "contact")) ?? this.target;
  }
}

// One user's connection to a proxy. `onrequest` gets every request but ACK and CANCEL of a
// transaction, which go to the request's own `onack` and `oncancel`.
export class Agent {
  constructor({ server, user, domain }) {
    Object.assign(this, { server, user, domain });
    this.address = `sip:${user}@${domain}`;
    // A browser has no address: RFC 7118, section 5 asks for a name that cannot exist.
    this.host = `${token()}.invalid`;
    this.contact = `<sip:${user}@${this.host};transport=ws>`;
    this.transactions = new Map();
    this.acknowledgements = new Map();
    this.invitations = new Map();
    this.onrequest = () => {};
    this.onclose = () => {};
  }

  open() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.server, "sip");
      this.socket.binaryType = "arraybuffer";
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject(new Error(`no connection to ${this.server}`));
      this.socket.onclose = () => this.onclose();
      this.socket.onmessage = (event) => this.#receive(event.data);
    });
  }

  close() {
    this.socket?.close();
  }

  async register(seconds = 600) {
    const dialog = Dialog.calling(this.address, this.address);
    dialog.target = `sip:${this.domain}`;
    const response = await this.request("REGISTER", dialog, { extra: [`Expires: ${seconds}`] });
    if (response.status !== 200) {
      throw new Error(`REGISTER: ${response.status} ${response.reason}`);
    }
  }

  // Sends a request and resolves with its final response. `onprovisional` gets the others;
  // `started` gets a function that cancels an INVITE.
  request(method, dialog, { body, extra = [], onprovisional, started } = {}) {
    const sequence = ++dialog.sequence;
    const branch = `z9hG4bK${token()}`;
    const text = this.#compose(method, dialog, sequence, branch, body, extra);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.transactions.delete(branch);
        reject(new Error(`no answer to ${method}`));
      }, transactionTimeout);
      this.transactions.set(branch, {
        method, dialog, sequence, branch, resolve, onprovisional, timer, provisional: false,
        cancelled: false,
      });
      this.socket.send(text);
      started?.(() => this.#cancel(branch));
    });
  }

  // The ACK to a 2xx; kept, because the 2xx may come again.
  acknowledge(dialog, sequence, body) {
    const branch = `z9hG4bK${token()}`;
    const text = this.#compose("ACK", dialog, sequence, branch, body, []);
    this.acknowledgements.set(`${dialog.callID} ${sequence}`, text);
    this.socket.send(text);
  }

  // Answers a request. A 2xx to an INVITE is repeated until its ACK comes.
  reply(request, status, reason, { localTag, body } = {}) {
    const to = header(request, "to");
    const text = [
      `SIP/2.0 ${status} ${reason}`,
      ...allHeaders(request, "via").map((value) => `Via: ${value}`),
      ...allHeaders(request, "record-route").map((value) => `Record-Route: ${value}`),
      `From: ${header(request, "from")}`,
      `To: ${tagOf(to) || status === 100 ? to : `${to};tag=${localTag ?? token()}`}`,
      `Call-ID: ${header(request, "call-id")}`,
      `CSeq: ${header(request, "cseq")}`,
      `Contact: ${this.contact}`,
      ...finish(body),
    ].join("\r\n");
    this.socket.send(text);
    if (request.method !== "INVITE" || status < 200) {
      return;
    }
    if (status < 300) {
      this.#repeat(request, text, firstRepeat, Date.now() + transactionTimeout);
    }
  }

  #repeat(request, text, after, deadline) {
    request.repetition = setTimeout(() => {
      if (Date.now() < deadline && this.socket.readyState === WebSocket.OPEN) {
        this.socket.send(text);
        this.#repeat(request, text, Math.min(2 * after, longestRepeat), deadline);
      }
    }, after);
  }

  #compose(method, dialog, sequence, branch, body, extra) {
    return [
      `${method} ${dialog.target} SIP/2.0`,
      `Via: SIP/2.0/WS ${this.host};branch=${branch}`,
      "Max-Forwards: 70",
      `From: ${dialog.from}`,
      `To: ${dialog.to}`,
      `Call-ID: ${dialog.callID}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: ${this.contact}`,
      ...dialog.routes.map((route) => `Route: ${route}`),
      ...extra,
      ...finish(body),
    ].join("\r\n");
  }

  // RFC 3261, section 9.1: a CANCEL has to wait for a provisional response.
  #cancel(branch) {
    const transaction = this.transactions.get(branch);
    if (!transaction || transaction.cancelled) {
      return;
    }
    transaction.wantsCancel = true;
    if (transaction.provisional) {
      transaction.cancelled = true;
      const { dialog, sequence } = transaction;
      this.socket.send(this.#compose("CANCEL", dialog, sequence, branch, undefined, []));
    }
  }

  #receive(data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (text.trim() === "") {
      return;
    }
    const message = parse(text);
    if (message.status !== undefined) {
      this.#receiveResponse(message);
    } else {
      this.#receiveRequest(message);
    }
  }

  #receiveResponse(response) {
    const transaction = this.transactions.get(branchOf(response));
    const [sequence, method] = (header(response, "cseq") ?? "").split(" ");
    if (!transaction || transaction.method !== method) {
      const again = this.acknowledgements.get(`${header(response, "call-id")} ${sequence}`);
      if (method === "INVITE" && response.status >= 200 && response.status < 300 && again) {
        this.socket.send(again);
      }
      return;
    }
    if (response.status < 200) {
      transaction.provisional = true;
      if (method === "INVITE") {
        clearTimeout(transaction.timer);
      }
      if (transaction.wantsCancel) {
        this.#cancel(transaction.branch);
      }
      transaction.onprovisional?.(response);
      return;
    }
    clearTimeout(transaction.timer);
    this.transactions.delete(transaction.branch);
    if (method === "INVITE" && response.status >= 300) {
      const dialog = { ...transaction.dialog, to: header(response, "to") };
      this.socket.send(
        this.#compose("ACK", dialog, transaction.sequence, transaction.branch, undefined, []));
    }
    transaction.resolve(response);
  }

  #receiveRequest(request) {
    const key = `${header(request, "call-id")} ${parseInt(header(request, "cseq"))}`;
    const invite = this.invitations.get(key);
    if (request.method === "ACK") {
      clearTimeout(invite?.repetition);
      this.invitations.delete(key);
      invite?.onack?.(request);
      return;
    }
    if (request.method === "CANCEL") {
      this.reply(request, invite ? 200 : 481, invite ? "OK" : "Call Does Not Exist");
      invite?.oncancel?.();
      return;
    }
    if (request.method === "INVITE") {
      if (invite) {
        return;
      }
      this.invitations.set(key, request);
      this.reply(request, 100, "Trying");
    }
    this.onrequest(request);
  }
}

function finish(body = "") {
  const length = new TextEncoder().encode(body).length;
  const type = body ? ["Content-Type: application/sdp"] : [];
  return [...type, `Content-Length: ${length}`, "", body];
}
