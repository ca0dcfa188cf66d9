// The worker as a thing to ask: one question at a time, of those that wait only the last, and an end to those too long.

const PATIENCE = 20_000; // milliseconds for one answer

export class Engine {
  #wheels;
  #told;
  #worker;
  #ready = false;
  #asked = null;
  #waiting = new Map();
  #number = 0;

  // `told` hears of {stage, done}, {ended: "stopped" | "slow"} and {failed: text}.
  constructor(wheels, told) {
    this.#wheels = wheels;
    this.#told = told;
    this.#start();
  }

  #start() {
    // From a blob, so that the page's policy holds in the worker too: it can reach nothing but this site.
    const source = `import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};postMessage({stage:"open",done:1});`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.#ready = false;
    this.#worker = new Worker(address, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#heard(data, address);
    this.#worker.onerror = (event) => this.#told({ failed: event.message || "the worker did not start" });
  }

  #heard(data, address) {
    if (data.stage === "open") {
      URL.revokeObjectURL(address);
      this.#worker.postMessage({ wheels: this.#wheels });
    } else if (data.stage) {
      this.#ready = data.stage === "ready";
      this.#told(data);
      this.#next();
    } else if (this.#asked && data.id === this.#asked.id) {
      const asked = this.#done();
      if (data.failed) asked.refuse(new Error(data.failed));
      else asked.give(JSON.parse(data.answer));
      this.#next();
    } else if (data.failed) {
      this.#told({ failed: data.failed });
    }
  }

  // The answer to a question; null where a later one of the same verb came before its turn, or it was ended.
  ask(verb, question) {
    this.#waiting.get(verb)?.give(null);
    return new Promise((give, refuse) => {
      this.#waiting.set(verb, { id: ++this.#number, verb, question, give, refuse });
      this.#next();
    });
  }

  #next() {
    if (!this.#ready || this.#asked || !this.#waiting.size) return;
    const [verb, asked] = this.#waiting.entries().next().value;
    this.#waiting.delete(verb);
    this.#asked = asked;
    asked.timer = setTimeout(() => this.end("slow"), PATIENCE);
    this.#worker.postMessage({ id: asked.id, verb, question: asked.question });
  }

  #done() {
    const asked = this.#asked;
    clearTimeout(asked.timer);
    this.#asked = null;
    return asked;
  }

  // Ends what is being answered, and what waits, and begins anew.
  end(why) {
    this.#worker.terminate();
    if (this.#asked) this.#done().give(null);
    for (const { give } of this.#waiting.values()) give(null);
    this.#waiting.clear();
    this.#told({ ended: why });
    this.#start();
  }
}
