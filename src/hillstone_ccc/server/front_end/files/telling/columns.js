// The columns of the list: each key of the contract's row, in the order in which a support lead reads them.

import { known } from "./known.js";
import { dateAndTime, minutes } from "./times.js";

const asItIs = (value) => value;
const time = { shown: dateAndTime, saved: dateAndTime, kind: "time" };
const duration = { shown: minutes, saved: asItIs, kind: "number" };
const text = { shown: asItIs, saved: asItIs, kind: "text" };
const digits = { shown: asItIs, saved: asItIs, kind: "digits" };
const names = { shown: (value) => value.replaceAll(",", "、"), saved: asItIs, kind: "text" };
const flag = {
  shown: (value, words) => (value ? words.yes : words.no),
  saved: (value, words) => (value ? words.yes : words.no),
  kind: "flag",
};
const inWords = (which) => {
  const told = (value, words) => known(words[which], value, spelled(value));
  return { shown: told, saved: told, kind: "text" };
};

/** A word of the contract's, as the call center spells it: `200 - _okay` is `200 - Okay`. */
export function spelled(value) {
  return value.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

const reason = { shown: spelled, saved: spelled, kind: "text" };

/**
 * Key → how it is shown and saved. `shown` and `saved` are called with the value and the words; `first`: it is shown
 * unless somebody chose otherwise.
 */
export const COLUMNS = Object.freeze({
  start_time: { ...time, first: true },
  contact_type: { ...inWords("types"), first: true },
  calling_number: { ...digits, first: true },
  caller_location: text,
  called_number: { ...digits, first: true },
  callee_location: text,
  agent_names: { ...names, first: true },
  skill_group_names: { ...names, first: true },
  contact_disposition: { ...inWords("dispositions"), first: true },
  wait_time: { ...duration, first: true },
  talk_time: { ...duration, first: true },
  call_duration: { ...duration, first: true },
  satisfaction_description: { ...text, first: true },
  release_initiator: inWords("initiators"),
  release_reason: reason,
  established_time: time,
  release_time: time,
  ivr_time: duration,
  queue_time: duration,
  ring_time: duration,
  dialing_time: duration,
  recording_ready: flag,
  recording_duration: duration,
  satisfaction_survey_offered: flag,
  satisfaction_survey_channel: inWords("channels"),
  broker: digits,
  additional_broker: digits,
  agent_ids: names,
  skill_group_ids: names,
  contact_id: text,
  instance_id: text,
});

/** What is shown of a column, as text. */
export function shown(row, key, words) {
  return String(COLUMNS[key].shown(row[key], words));
}

/** Rows as a table to save, with headings: all columns, durations as seconds. */
export function table(rows, words) {
  const keys = Object.keys(COLUMNS);
  const heading = keys.map((key) => words.headings[key] + (COLUMNS[key].shown === minutes ? words.inSeconds : ""));
  return [heading, ...rows.map((row) => keys.map((key) => COLUMNS[key].saved(row[key], words)))];
}

/** Why a call has no recording, as one of the words' `unrecorded`; null if it has one. */
export function unrecorded(row, now) {
  if (row.recording_ready) return null;
  if (row.established_time === null) return "never_established";
  if (row.release_time === null) return "under_way";
  return now - row.release_time < JUST_NOW ? "being_made" : "none";
}

const JUST_NOW = 10 * 60_000;
