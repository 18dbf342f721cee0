// Whether an answer has the contract's form. What has not is told as not understood, and not half of it shown.

import { COLUMNS } from "./columns.js";

const isText = (value) => typeof value === "string";
const isCount = (value) => typeof value === "number";
const isTime = (value) => value === null || (Number.isSafeInteger(value) && Math.abs(value) < 8e15);
const isFlag = (value) => typeof value === "boolean";
const isList = (each) => (value) => Array.isArray(value) && value.every(each);
const or = (one, other) => (value) => one(value) || other(value);
const isNull = (value) => value === null;

const KINDS = { time: isTime, number: isCount, flag: isFlag };

function isOf(keys) {
  const checks = Object.entries(keys);
  return (value) => typeof value === "object" && value !== null && checks.every(([key, is]) => is(value[key]));
}

const ROW = Object.fromEntries(Object.entries(COLUMNS).map(([key, column]) => [key, KINDS[column.kind] ?? isText]));
const EVENT = isOf({
  event: isText,
  event_time: isTime,
  party: isText,
  party_id: isText,
  party_name: isText,
  duration: or(isNull, isCount),
});
const TRANSFER = isOf({
  time: isTime,
  kind: isText,
  from_agent_id: isText,
  from_agent_name: isText,
  to_kind: isText,
  to_agent_id: isText,
  to_agent_name: isText,
  to_skill_group_id: isText,
  to_skill_group_name: isText,
  to_number: isText,
  completed: or(isNull, isFlag),
});

const pageOf = (is) => isOf({ total: isCount, list: isList(is) });

/** A page of calls. */
export const isCallRecords = pageOf(isOf(ROW));

/** A page of agents, of which only names are looked at. */
export const isAgents = pageOf(isOf({ display_name: isText, login_name: isText, user_id: isText }));

/** A call's details. */
export const isCallRecord = isOf({
  ...ROW,
  media_type: isText,
  held_time: isCount,
  satisfaction_index: or(isNull, isCount),
  off_site: or(isNull, isFlag),
  transfer_caller: isText,
  transfer_called: isText,
  transfers: or(isNull, isList(TRANSFER)),
  events: isList(EVENT),
  missing: isList(isText),
});

/** Where a recording is. */
export const isRecording = isOf({ file_url: isLink, file_name: isText });

function isLink(value) {
  return isText(value) && URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
}
