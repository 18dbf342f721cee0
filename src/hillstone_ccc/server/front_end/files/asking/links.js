// Recordings' signed links: one asked for when it is needed, and another when it has died. They are shown nowhere.

import { now } from "./clock.js";
import { recording } from "./contract.js";

const ABOUT_TO_DIE = 10_000;

/**
 * @typedef {{url: string, name: string, dies: number|null, life: number}} Link  dies: Unix milliseconds, null if that is
 *   not told; life: how many milliseconds it had to live when it came
 */

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
    const dies = end(url);
    const link = { url, name, dies, life: dies === null ? 0 : dies - now() };
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
  // One that was dead when it came tells of a clock that goes wrong, and is tried all the same.
  return link.dies !== null && link.life > 0 && link.dies - now() < Math.min(ABOUT_TO_DIE, link.life / 2);
}

function end(url) {
  const told = new URL(url).searchParams.get("Expires");
  return told !== null && /^\d{1,12}$/.test(told) ? Number(told) * 1000 : null;
}
