// The contract's endpoints: the page asks for nothing else.

import { isAgents, isCallRecord, isCallRecords, isRecording } from "../telling/shapes.js";
import { heard } from "./clock.js";
import { token } from "./token.js";

const ROOT = new URL("../api/support/aliyun_ccc/", document.baseURI.split("#")[0]);
const SECONDS = 45; // the server gives up before that, and says so

/** Not answered, or refused: what the matter is, as a key of the words' `trouble`. */
export class Refused extends Error {
  /**
   * @param {string} kind  an HTTP status, "offline" or "unreadable"
   * @param {{code?: number, message?: string, retryAfter?: number|null, requestId?: string|null}} told
   */
  constructor(kind, { code = 0, message = "", retryAfter = null, requestId = null } = {}) {
    super(message || kind);
    this.kind = kind;
    this.code = code;
    this.told = message;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }

  /** Whether it may pass by itself. */
  get passes() {
    return ["offline", "429", "502", "503", "504"].includes(this.kind) && this.code !== LASTS;
  }
}

const NO_SUCH_CALL = 40401;
const LASTS = 50205; // the call center refuses the server; its operator must look

/**
 * A page of calls: `{page, size, total, list}`, and the envelope's message, which names an agent who is not there.
 * @param {Record<string, string>} parameters
 */
export async function callRecords(parameters, page, size, signal) {
  return ask("call_record", { ...parameters, page: String(page), size: String(size) }, isCallRecords, signal);
}

/** Where a call's recording is: `{file_url, file_name}`. */
export async function recording(contactId, signal) {
  return (await ask("call_record/mono_recording", { contact_id: contactId }, isRecording, signal)).data;
}

/** One call with what happened in it. */
export async function callRecord(contactId, signal) {
  // As a part of a path these two would lead elsewhere.
  if ([".", ".."].includes(contactId)) throw new Refused("404", { code: NO_SUCH_CALL });
  return (await ask(`call_record/${encodeURIComponent(contactId)}`, {}, isCallRecord, signal)).data;
}

/** The first agents whose name has a pattern in it. */
export async function agents(namePattern, size, signal) {
  return (await ask("agent", { name_pattern: namePattern, page: "1", size: String(size) }, isAgents, signal)).data.list;
}

async function ask(path, parameters, isRight, signal) {
  const url = new URL(path, ROOT);
  url.search = new URLSearchParams(parameters).toString();
  const headers = { accept: "application/json" };
  const known = token();
  if (known) headers.authorization = `Bearer ${known}`;
  /** @type {Response} */
  let response;
  let text;
  try {
    const until = AbortSignal.timeout(SECONDS * 1000);
    response = await fetch(url, {
      headers,
      cache: "no-store",
      credentials: "same-origin",
      signal: signal ? AbortSignal.any([signal, until]) : until,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused("offline");
  }
  heard(response.headers.get("date"));
  return unwrapped(response, text, isRight);
}

function unwrapped(response, text, isRight) {
  const envelope = parsed(text);
  const after = Number(response.headers.get("retry-after") ?? NaN);
  const about = { retryAfter: Number.isNaN(after) ? null : after, requestId: response.headers.get("x-request-id") };
  if (envelope === null) {
    // A proxy on the way answers for a server that is away, in its own words.
    throw new Refused(response.ok ? "unreadable" : String(response.status), about);
  }
  if (envelope.code !== 0 || !response.ok) {
    throw new Refused(String(response.status), { ...about, code: envelope.code, message: envelope.message });
  }
  if (!isRight(envelope.data)) throw new Refused("unreadable", about);
  return { data: envelope.data, message: String(envelope.message) };
}

function parsed(text) {
  try {
    const envelope = JSON.parse(text);
    return typeof envelope?.code === "number" && "data" in envelope ? envelope : null;
  } catch {
    return null;
  }
}
