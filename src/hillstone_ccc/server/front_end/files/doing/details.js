// The details of one call, in the drawer.

import { Refused, callRecord } from "../asking/contract.js";

/** The details. `status` is closed, loading, shown or trouble. */
export class Details {
  status = "closed";
  contactId = "";
  call = null;
  trouble = null;
  /** Whether it was closed because nobody is logged in any more. */
  lost = false;

  #changed;
  #unknown;
  #asking = new AbortController();

  /** @param {() => void} changed  @param {() => void} unknown  nobody is logged in any more */
  constructor(changed, unknown) {
    this.#changed = changed;
    this.#unknown = unknown;
  }

  async open(contactId) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    Object.assign(this, { status: "loading", contactId, call: null, trouble: null, lost: false });
    this.#changed();
    try {
      const call = await callRecord(contactId, signal);
      Object.assign(this, { status: "shown", call });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      if (error.kind === "401") {
        this.lost = true;
        this.close();
        this.#unknown();
        return;
      }
      Object.assign(this, { status: "trouble", trouble: error });
    }
    this.#changed();
  }

  close() {
    this.#asking.abort();
    Object.assign(this, { status: "closed", contactId: "", call: null, trouble: null });
    this.#changed();
  }
}
