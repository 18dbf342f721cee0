// A recording as a file of the contract's name.

import { Refused } from "../asking/contract.js";

const CANNOT_BE_HAD = 50206;

/**
 * Saves a recording.
 * @param {import("../asking/links.js").Links} links
 * @returns {Promise<{name: string, url: string|null, elsewhere: string|null}>}  url: where the store lets no page read
 *   it, the link to open; elsewhere: its origin, where the page may not ask that
 * @throws {Refused}  there is none, or it cannot be had
 */
export async function saveRecording(links, contactId) {
  let link = await links.of(contactId);
  let content = await read(link.url);
  if (content === DEAD) {
    link = await links.of(contactId, { anew: true });
    content = await read(link.url);
  }
  if (content === DEAD) throw new Refused("502", { code: CANNOT_BE_HAD });
  if (content === NOT_ALLOWED) return { name: link.name, url: null, elsewhere: new URL(link.url).origin };
  if (content === UNREADABLE) return { name: link.name, url: link.url, elsewhere: null };
  saveAs(content, link.name);
  return { name: link.name, url: null, elsewhere: null };
}

const DEAD = "dead";
const NOT_ALLOWED = "not allowed";
const UNREADABLE = "unreadable";

async function read(url) {
  let refused = false;
  const hear = (event) => (refused ||= event.effectiveDirective === "connect-src");
  document.addEventListener("securitypolicyviolation", hear);
  try {
    const response = await fetch(url, { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
    return response.ok ? await response.blob() : DEAD;
  } catch {
    // Another origin's answer can be read only where that origin allows it, and a page is not told which it was.
    await new Promise((done) => setTimeout(done)); // the policy's event comes after this
    return refused ? NOT_ALLOWED : UNREADABLE;
  } finally {
    document.removeEventListener("securitypolicyviolation", hear);
  }
}

/** Hands a file to the browser to save. */
export function saveAs(content, name) {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(content);
  anchor.download = name;
  anchor.click();
  // The browser reads it after the click; how long that takes is not told.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
