// Recordings' signed links: one asked for when it is needed, and another when it has died. They are shown nowhere.

import { recording } from "./contract.js";

const ABOUT_TO_DIE = 10_000;

/** @typedef {{url: string, name: string, dies: number|null}} Link  dies: Unix milliseconds; null if that is not told */

/** Links by call. */
export class Links {
  #kept = new Map();

  /**
   * A call's link; the one from before while it lives.
   * @param {string} contactId
   * @param {{anew?: boolean, signal?: AbortSignal}} how  anew: that one is not good any more
   * @returns {Promise<Link>}
   */
  async of(contactId, { anew = false, signal } = {}) {
    const kept = this.#kept.get(contactId);
    if (kept && !anew && !isDying(kept)) return kept;
    const { file_url: url, file_name: name } = await recording(contactId, signal);
    const link = { url, name, dies: end(url) };
    this.#kept.set(contactId, link);
    return link;
  }

  /** Whether a call's link is good for a while yet, as far as it says. */
  lives(contactId) {
    const kept = this.#kept.get(contactId);
    return Boolean(kept) && !isDying(kept);
  }

  /** Forgets all of them, since another person may be looking now. */
  forget() {
    this.#kept.clear();
  }
}

function isDying(link) {
  return link.dies !== null && link.dies - Date.now() < ABOUT_TO_DIE;
}

function end(url) {
  const told = new URL(url).searchParams.get("Expires");
  return told !== null && /^\d{1,12}$/.test(told) ? Number(told) * 1000 : null;
}
