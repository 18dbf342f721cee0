// What the pictures show, counted from rows of the list.

import { hour } from "./times.js";

/** Upper ends of the stretches of waiting, in seconds; what waits longer is in the last one. */
export const WAITS = [5, 10, 20, 30, 60, 120];
const BUSIEST = 8;

/**
 * @typedef {object} Counts
 * @property {number[]} hours  calls by hour of the day, 24
 * @property {{answered: number, abandoned: number, other: number}} ends
 * @property {number[]} waits  answered inbound calls by how long the customer waited, one more than WAITS
 * @property {{id: string, name: string, calls: number, talk: number}[]} agents  the busiest first
 */

/** Counts rows. @returns {Counts} */
export function count(rows) {
  const hours = Array(24).fill(0);
  const ends = { answered: 0, abandoned: 0, other: 0 };
  const waits = Array(WAITS.length + 1).fill(0);
  const agents = new Map();
  for (const row of rows) {
    if (row.start_time !== null) hours[hour(row.start_time)] += 1;
    ends[endOf(row)] += 1;
    // How long those waited who gave up is not told (their wait_time is 0), and whom an agent called did not wait.
    if (row.established_time !== null && row.contact_type === "_inbound") waits[stretch(row.wait_time)] += 1;
    for (const { id, name } of agentsOf(row)) {
      const agent = agents.get(id) ?? { id, name, calls: 0, talk: 0 };
      agents.set(id, { ...agent, calls: agent.calls + 1, talk: agent.talk + row.talk_time });
    }
  }
  const busiest = [...agents.values()].toSorted((one, other) => other.calls - one.calls || other.talk - one.talk);
  return { hours, ends, waits, agents: busiest.slice(0, BUSIEST) };
}

function endOf(row) {
  if (row.established_time !== null) return "answered";
  return row.contact_disposition.startsWith("_abandoned") ? "abandoned" : "other";
}

function stretch(seconds) {
  const found = WAITS.findIndex((end) => seconds < end);
  return found < 0 ? WAITS.length : found;
}

/** The agents of a call. Ids are unique, names are not; where the two do not pair up, the ids are shown. */
function agentsOf(row) {
  const ids = row.agent_ids.split(",").filter(Boolean);
  const names = row.agent_names.split(",").filter(Boolean);
  const paired = ids.map((id, place) => [id, names.length === ids.length ? names[place] : id]);
  // Whom a call came back to had a part in it once.
  return [...new Map(paired)].map(([id, name]) => ({ id, name }));
}
