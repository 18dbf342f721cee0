// What is looked at, and how it stands in the address: behind `#`, since that part is sent to nobody, and whoever is
// given the address sees the same. A filter that cannot be read is told, never left out: the list would be wider.

import { midnight } from "./times.js";

/** Ranges by name → how many midnights back they begin. */
export const RANGES = { today: 0, "7d": 6, "30d": 29 };

/** Rows a page, to choose from. */
export const SIZES = [20, 50, 100];

/**
 * What is looked at.
 * @typedef {object} View
 * @property {string} range  a name of RANGES, or "custom" for start to end
 * @property {number|null} start  first moment that belongs, of "custom"
 * @property {number|null} end  first moment that no longer belongs; null: now
 * @property {string} agents  display names between commas
 * @property {string} calling  the caller's number, `*` for a digit
 * @property {string} called  the callee's number
 * @property {string[]} types  kinds of call, in the contract's spelling
 * @property {string[]} dispositions  how calls ended, in the contract's spelling
 * @property {number} page
 * @property {number} size
 * @property {string} call  the call whose details are open, or ""
 */

/** @type {View} */
export const EVERYTHING = Object.freeze({
  range: "today",
  start: null,
  end: null,
  agents: "",
  calling: "",
  called: "",
  types: [],
  dispositions: [],
  page: 1,
  size: 100,
  call: "",
});

const NAMES = {
  agents: "agent_names",
  calling: "calling_number",
  called: "called_number",
  types: "contact_types",
  dispositions: "dispositions",
};
const WHOLE = /^[1-9][0-9]{0,14}$/;
const MOMENT = /^[0-9]{1,15}$/;
const LATEST = 4_133_952_000_000; // the contract takes no later time
const NUMBER = /^\+?[0-9*#]*[0-9*][0-9*#]*$/;
const WORD = /^[A-Za-z0-9_]+$/;

/** Whether a text can be a phone number with `*` for digits that are not known, or none at all. */
export function isNumber(text) {
  return text === "" || NUMBER.test(text);
}

/**
 * What an address means.
 * @param {string} fragment  from `#` on
 * @returns {{view: View, unread: string[]}}  what could be read, and the names of what could not
 */
export function read(fragment) {
  const view = { ...EVERYTHING };
  const unread = [];
  const told = new Map();
  for (const [name, text] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    if (told.has(name)) unread.push(name);
    told.set(name, text);
  }
  const take = (name, can, put) => {
    if (!told.has(name)) return;
    const text = told.get(name);
    told.delete(name);
    if (can(text)) put(text);
    else unread.push(name);
  };
  // Beside a start it would be another range than that: neither may win.
  const alone = !told.has("start_time");
  take("range", (text) => alone && Object.hasOwn(RANGES, text), (text) => (view.range = text));
  take("start_time", isMoment, (text) => {
    view.range = "custom";
    view.start = Number(text);
  });
  take("end_time", (text) => isMoment(text) && view.start !== null, (text) => (view.end = Number(text)));
  take(NAMES.agents, () => true, (text) => (view.agents = text.trim()));
  take(NAMES.calling, isNumber, (text) => (view.calling = text));
  take(NAMES.called, isNumber, (text) => (view.called = text));
  for (const several of ["types", "dispositions"]) {
    take(NAMES[several], areWords, (text) => (view[several] = text.split(",").filter(Boolean)));
  }
  take("page", (text) => WHOLE.test(text), (text) => (view.page = Number(text)));
  take("size", (text) => WHOLE.test(text) && Number(text) <= 100, (text) => (view.size = Number(text)));
  take("call", () => true, (text) => (view.call = text));
  return { view, unread: [...new Set([...unread, ...told.keys()])] };
}

/** Whether it can be the text of a moment, as the contract takes one. */
export function isMoment(text) {
  return MOMENT.test(text) && Number(text) <= LATEST;
}

function areWords(text) {
  return text === "" || text.split(",").every((one) => WORD.test(one));
}

/** The address of what is looked at, from `#` on; only what differs from everything stands there. */
export function write(view) {
  const told = new URLSearchParams();
  if (view.range === "custom") {
    told.set("start_time", String(view.start));
    if (view.end !== null) told.set("end_time", String(view.end));
  } else if (view.range !== EVERYTHING.range) {
    told.set("range", view.range);
  }
  for (const [name, text] of filters(view)) told.set(name, text);
  for (const name of ["page", "size"]) if (view[name] !== EVERYTHING[name]) told.set(name, String(view[name]));
  if (view.call) told.set("call", view.call);
  return `#${told}`;
}

/**
 * The contract's parameters for the calls that are looked at, without the page.
 * @returns {Record<string, string>}
 */
export function parameters(view, now) {
  /** @type {Record<string, string>} */
  const told = {};
  if (view.range === "custom") {
    told.start_time = String(view.start);
    if (view.end !== null) told.end_time = String(view.end);
  } else {
    told.start_time = String(midnight(now, RANGES[view.range]));
  }
  return { ...told, ...Object.fromEntries(filters(view)) };
}

/** Whether two views are of the same calls, whatever page of them. */
export function sameCalls(one, other) {
  return callsOf(one) === callsOf(other);
}

function callsOf(view) {
  return write({ ...view, page: 1, size: EVERYTHING.size, call: "" });
}

function filters(view) {
  return Object.entries(NAMES)
    .map(([name, parameter]) => [parameter, Array.isArray(view[name]) ? view[name].join(",") : view[name].trim()])
    .filter(([, text]) => text !== "");
}
