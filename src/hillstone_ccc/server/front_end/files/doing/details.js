// The details of one call, in the drawer.

import { Refused, callRecord } from "../asking/contract.js";

/** The details. `status` is closed, loading, shown or trouble. */
export class Details {
  status = "closed";
  contactId = "";
  call = null;
  trouble = null;

  #changed;
  #asking = new AbortController();

  constructor(changed) {
    this.#changed = changed;
  }

  async open(contactId) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    Object.assign(this, { status: "loading", contactId, call: null, trouble: null });
    this.#changed();
    try {
      const call = await callRecord(contactId, signal);
      Object.assign(this, { status: "shown", call });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
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
