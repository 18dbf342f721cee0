// Agents whose name has in it what is being typed.

import { Refused, agents } from "../asking/contract.js";

const MOST = 8;
const PAUSE = 200; // milliseconds without a key
const COMMA = /[,，、]/;

/** Suggestions. `agents` is null while nothing is suggested. */
export class Suggestions {
  /** @type {{name: string, about: string}[]|null} */
  agents = null;

  #changed;
  #asking = new AbortController();
  #timer = 0;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Somebody typed: suggests for the name at the end. */
  typed(text) {
    this.#stop();
    const part = text.split(COMMA).at(-1).trim();
    if (!part) {
      this.close();
      return;
    }
    this.#timer = setTimeout(() => this.#ask(part), PAUSE);
  }

  close() {
    this.#stop();
    if (this.agents === null) return;
    this.agents = null;
    this.#changed();
  }

  /** The text with a name in place of the part at its end. */
  static chosen(text, name) {
    const before = text.split(COMMA).slice(0, -1).map((one) => one.trim());
    return [...before, name].join(", ");
  }

  async #ask(part) {
    const { signal } = (this.#asking = new AbortController());
    try {
      const found = await agents(part, MOST, signal);
      if (signal.aborted) return;
      this.agents = found.map((one) => ({ name: one.display_name, about: one.login_name || one.user_id }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      this.agents = null; // a name can be typed without them, and the list says what is the matter
    }
    this.#changed();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asking.abort();
  }
}
