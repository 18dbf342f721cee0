// The page of calls that is shown: asked for, shown, or why not; asked for again where that may help.

import { now } from "../asking/clock.js";
import { Refused, callRecords } from "../asking/contract.js";
import { parameters } from "../telling/address.js";

const WAITS = [5, 10, 20, 40, 60]; // seconds before it is asked for again, the last one ever after
const LONGEST = 600;

/** The list. `status` is loading, shown or trouble. */
export class CallList {
  status = "loading";
  rows = [];
  total = 0;
  message = "";
  /** @type {Refused|null} */
  trouble = null;
  /** Names of what could not be read in the address. */
  unread = [];
  /** Unix milliseconds at which it asks again by itself; null if it does not. */
  again = null;

  #changed;
  #ended;
  #asking = new AbortController();
  #timer = 0;
  #failures = 0;
  #view = null;

  /** @param {() => void} changed  @param {() => void} ended  rows came, or none will */
  constructor(changed, ended) {
    this.#changed = changed;
    this.#ended = ended;
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("online", () => this.again !== null && this.retry());
  }

  /** Shows what a view is of. Rows stay to be seen until others are there. */
  async show(view) {
    this.#failures = 0;
    await this.#ask(view);
  }

  /** Says that an address cannot be read, and asks for nothing. */
  refuse(unread) {
    this.#stop();
    Object.assign(this, { status: "trouble", rows: [], total: 0, message: "", trouble: null, unread });
    this.#changed();
  }

  /** Asks for the same again. */
  async retry() {
    if (this.#view) await this.#ask(this.#view);
  }

  async #ask(view) {
    this.#stop();
    this.#view = view;
    const { signal } = (this.#asking = new AbortController());
    Object.assign(this, { status: "loading", unread: [] });
    this.#changed();
    try {
      const { data, message } = await this.#calls(view, signal);
      Object.assign(this, { status: "shown", rows: data.list, total: data.total, message, trouble: null });
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return; // something else is looked at by now
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, { status: "trouble", rows: [], total: 0, message: "", trouble: error });
      if (error.passes) this.#wait(error.retryAfter);
    }
    this.#changed();
    this.#ended();
  }

  async #calls(view, signal) {
    const asked = parameters(view, now());
    const answer = await callRecords(asked, view.page, view.size, signal);
    const meant = parameters(view, now());
    // The answer has told that it is another day than the computer says.
    return meant.start_time === asked.start_time ? answer : callRecords(meant, view.page, view.size, signal);
  }

  #wait(told) {
    const seconds = Math.max(Math.min(told ?? 0, LONGEST), WAITS[Math.min(this.#failures, WAITS.length - 1)]);
    this.#failures += 1;
    this.again = Date.now() + seconds * 1000;
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  #tick() {
    // A page that nobody sees waits until somebody does.
    if (Date.now() >= this.again && !document.hidden) this.retry();
    else this.#changed();
  }

  #seen() {
    if (this.again !== null && !document.hidden) this.#tick();
  }

  #stop() {
    clearInterval(this.#timer);
    this.again = null;
    this.#asking.abort();
  }
}
