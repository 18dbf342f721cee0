// A call's events as stretches of time, one lane for each party, to be drawn to scale.

import { known } from "./known.js";

const BEGINS = {
  ivr: { route2ivr: "ivr" },
  queue: { enqueue: "queue" },
  agent: { dialing: "dialing", ringing: "ringing", established: "talking", consulting: "consulting" },
  customer: { dialing: "dialing", ringing: "ringing", established: "in_call" },
};
// Whatever else happens, known here or not, the stretch goes on.
const ENDS = new Set([
  "released",
  "blindtransfer",
  "assignagent",
  "giveup",
  "abandoned",
  "queueingtimeout",
  "queueingoverflow",
]);
// What takes a call out of the IVR.
const TAKES_OVER = new Set(["queue/enqueue", "agent/ringing", "agent/dialing", "agent/established"]);

/**
 * @typedef {object} Stretch
 * @property {string} phase  ivr, queue, dialing, ringing, talking, consulting, in_call or hold
 * @property {number} from  Unix milliseconds
 * @property {number} to  Unix milliseconds
 */
/**
 * @typedef {object} Lane
 * @property {string} party  ivr, queue, agent or customer; "phases" where only durations are known
 * @property {string} id
 * @property {string} name
 * @property {Stretch[]} stretches
 * @property {{event: string, at: number}[]} marks  what happened at one moment: a transfer, giving up
 */

/**
 * The lanes of a call.
 * @param {object} call  the contract's details
 * @returns {{from: number, to: number, lanes: Lane[], exact: boolean} | null}  null if no time is known at all;
 *   not exact: made of durations alone, one after the other, since the events could not be had
 */
export function timeline(call) {
  const events = call.events.filter((one) => one.event_time !== null);
  const times = [call.start_time, call.release_time, ...events.map((one) => one.event_time)].filter((at) => at !== null);
  if (!times.length) return null;
  const from = Math.min(...times);
  const to = Math.max(...times, from + call.call_duration * 1000, from + 1000);
  if (!events.length) {
    const lane = phases(call, from);
    return { from, to: Math.max(to, ...lane.stretches.map((one) => one.to)), lanes: [lane], exact: false };
  }
  return { from, to, lanes: lanes(events, call.release_time ?? to), exact: true };
}

function lanes(events, end) {
  const found = new Map();
  for (const one of events) {
    const key = `${one.party}/${one.party_id}`;
    const lane = found.get(key) ?? { party: one.party, id: one.party_id, name: one.party_name, events: [] };
    lane.events.push(one);
    found.set(key, lane);
  }
  return [...found.values()].map(({ party, id, name, events: own }) => {
    const { stretches, marks } = drawn(party, own, events, end);
    return { party, id, name, stretches, marks };
  });
}

function drawn(party, own, all, end) {
  const begins = known(BEGINS, party, {});
  const stretches = [];
  const marks = [];
  let open = null;
  const close = (at) => {
    if (!open) return;
    const to = Math.min(at, party === "ivr" ? takenOver(all, open.from) : at);
    if (to > open.from) stretches.push({ phase: open.phase, from: open.from, to });
    else marks.push({ event: open.event, at: open.from }); // it took no time, but it happened
    open = null;
  };
  for (const one of own) {
    const word = keyOf(one.event);
    const phase = known(begins, word, null);
    if (phase) {
      close(one.event_time);
      open = { phase, from: one.event_time, event: one.event };
    } else {
      if (ENDS.has(word)) close(one.event_time);
      marks.push({ event: one.event, at: one.event_time });
    }
  }
  close(Math.max(end, own.at(-1).event_time));
  return { stretches, marks };
}

/** When a call leaves the IVR, which does not tell it. */
function takenOver(all, since) {
  const by = all.find((one) => one.event_time >= since && TAKES_OVER.has(`${one.party}/${keyOf(one.event)}`));
  return by?.event_time ?? Infinity;
}

/** An event's word without regard to case, in which the call center is not consistent. */
export function keyOf(event) {
  return event.replaceAll("_", "").toLowerCase();
}

function phases(call, from) {
  const told = [];
  let at = from;
  for (const [phase, key] of PHASES) {
    const seconds = call[key];
    if (seconds > 0) {
      told.push({ phase, from: at, to: at + seconds * 1000 });
      at += seconds * 1000;
    }
  }
  return { party: "phases", id: "", name: "", stretches: told, marks: [] };
}

const PHASES = [
  ["ivr", "ivr_time"],
  ["queue", "queue_time"],
  ["dialing", "dialing_time"],
  ["ringing", "ring_time"],
  ["talking", "talk_time"],
];
