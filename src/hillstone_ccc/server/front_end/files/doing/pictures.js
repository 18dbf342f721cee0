// What the pictures are made of: the newest rows of the search, counted as they come, a bounded number of them.

import { now } from "../asking/clock.js";
import { Refused } from "../asking/contract.js";
import { walk } from "../asking/walk.js";
import { parameters } from "../telling/address.js";
import { count } from "../telling/counts.js";

/** Rows that are counted at once: so many cost the call center twenty requests. */
export const MOST = 2_000;

/** The pictures. `status` is idle, loading, shown or trouble. */
export class Pictures {
  status = "idle";
  counted = 0;
  total = 0;
  /** Whether there is nothing more to be counted. */
  whole = false;
  counts = count([]);
  trouble = null;

  #changed;
  #asking = new AbortController();
  #rows = [];
  #page = 1; // to go on with
  /** @type {Record<string, string>} */
  #parameters = {};

  constructor(changed) {
    this.#changed = changed;
  }

  /** Counts the calls of a view. */
  async show(view) {
    this.forget();
    const at = now();
    // With an end, so that calls which come meanwhile push no row to a page that was read already.
    this.#parameters = { end_time: String(at), ...parameters(view, at) };
    await this.more();
  }

  /** Counts the next rows too. */
  async more() {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const known = new Set(this.#rows.map((row) => row.contact_id));
    Object.assign(this, { status: "loading", trouble: null });
    this.#changed();
    try {
      const next = await walk(
        this.#parameters,
        MOST,
        (rows, total) => {
          this.#page += 1;
          this.#rows.push(...rows.filter((row) => !known.has(row.contact_id)));
          Object.assign(this, { counted: this.#rows.length, total, counts: count(this.#rows) });
          this.#changed();
        },
        signal,
        this.#page,
      );
      Object.assign(this, { status: "shown", whole: next === null });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, { status: "trouble", trouble: error });
    }
    this.#changed();
  }

  /** Lets go of what was counted. */
  forget() {
    this.#asking.abort();
    this.#rows = [];
    this.#page = 1;
    Object.assign(this, { status: "idle", counted: 0, total: 0, whole: false, counts: count([]), trouble: null });
    this.#changed();
  }
}
