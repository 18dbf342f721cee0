// A recording as a file of the contract's name.

/**
 * Saves a recording.
 * @param {import("../asking/links.js").Links} links
 * @returns {Promise<{name: string, url: string|null}>}  url: where the store lets no page read it, the link to open
 * @throws {import("../asking/contract.js").Refused}  there is none, or it cannot be had
 */
export async function saveRecording(links, contactId) {
  let link = await links.of(contactId);
  let content = await read(link.url);
  if (content === DEAD) {
    link = await links.of(contactId, { anew: true });
    content = await read(link.url);
  }
  if (!(content instanceof Blob)) return { name: link.name, url: link.url };
  saveAs(content, link.name);
  return { name: link.name, url: null };
}

const DEAD = "dead";

async function read(url) {
  try {
    const response = await fetch(url, { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
    return response.ok ? await response.blob() : DEAD;
  } catch {
    // Another origin's answer can be read only where that origin allows it, and a page is not told which it was.
    return null;
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
