// Many rows of one search, page by page: for the pictures and for saving. Bounded, since each page costs the call
// center a request.

import { callRecords } from "./contract.js";

const ROWS = 100;

/**
 * Rows of a search, newest first, each once. Gives the page to go on with, or null at the end.
 * @param {Record<string, string>} parameters  with an end of their range, or new calls would push rows to later pages
 * @param {number} most  rows at most
 * @param {(rows: object[], total: number) => void} told  after each page
 * @param {AbortSignal} signal
 * @param {number} from  the page to begin with
 * @returns {Promise<number|null>}
 */
export async function walk(parameters, most, told, signal, from = 1) {
  const seen = new Set();
  let page = from;
  for (; (page - from) * ROWS < most; page += 1) {
    // One after the other: a lead who looks at pictures must not slow down those who are on the phone.
    // oxlint-disable-next-line no-await-in-loop
    const { data } = await callRecords(parameters, page, ROWS, signal);
    const rows = data.list.filter((row) => !seen.has(row.contact_id));
    for (const row of rows) seen.add(row.contact_id);
    told(rows, data.total);
    if (page * ROWS >= data.total || data.list.length === 0) return null;
  }
  return page;
}
