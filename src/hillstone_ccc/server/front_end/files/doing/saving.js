// The filtered list as a file for a spreadsheet.

import { now } from "../asking/clock.js";
import { Refused } from "../asking/contract.js";
import { walk } from "../asking/walk.js";
import { parameters } from "../telling/address.js";
import { table } from "../telling/columns.js";
import { csv } from "../telling/csv.js";
import { date } from "../telling/times.js";
import { saveAs } from "./save_recording.js";

/** Rows a file holds at most. */
export const MOST = 10_000;

/** The file. `status` is idle, loading, saved or trouble. */
export class Saving {
  status = "idle";
  rows = 0;
  total = 0;
  /** Whether more was found than a file holds. */
  bounded = false;
  trouble = null;

  #changed;
  #asking = new AbortController();

  constructor(changed) {
    this.#changed = changed;
  }

  /** Reads the calls of a view, and hands the file to the browser once all of them are there. */
  async save(view, words) {
    this.cancel();
    const { signal } = (this.#asking = new AbortController());
    const at = now();
    /** @type {Record<string, string>} */
    const asked = { end_time: String(at), ...parameters(view, at) };
    const found = [];
    Object.assign(this, { status: "loading", rows: 0, total: 0, trouble: null });
    this.#changed();
    try {
      const next = await walk(asked, MOST, (rows, total) => this.#told(found, rows, total), signal);
      const name = words.saving.file(date(Number(asked.start_time)), date(Number(asked.end_time) - 1));
      saveAs(new Blob([csv(table(found, words))], { type: "text/csv;charset=utf-8" }), name);
      Object.assign(this, { status: "saved", bounded: next !== null });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, { status: "trouble", trouble: error });
    }
    this.#changed();
  }

  cancel() {
    this.#asking.abort();
    Object.assign(this, { status: "idle", rows: 0, total: 0, trouble: null });
    this.#changed();
  }

  #told(found, rows, total) {
    found.push(...rows);
    Object.assign(this, { rows: found.length, total });
    this.#changed();
  }
}
