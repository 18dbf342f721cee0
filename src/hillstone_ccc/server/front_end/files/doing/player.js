// Playing recordings: one at a time, by the page's one audio element. A link that has died is replaced, and the sound
// goes on from where it was.

import { Refused } from "../asking/contract.js";

export const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP = 5; // seconds
const MOST_LINKS = 3; // one after the other without a sound in between
// A browser that was refused a range of a recording asks for it again and again, for a minute, and says nothing but
// that it waits. Nobody waits so long for a range, so by then another link is tried.
const PATIENCE = 5_000;

/** The player. `status` is loading, playing, paused or trouble. */
export class Player {
  /** The call whose recording it is, as a row; null if there is none. */
  row = null;
  status = "paused";
  place = 0;
  duration = 0;
  rate = 1;
  /** A Refused, or {kind: "broken"} or {kind: "elsewhere", origin}. */
  trouble = null;

  #sound;
  #links;
  #changed;
  #asking = new AbortController();
  #wanted = false; // whether it is to sound as soon as it can
  #tried = 0;
  #timer = 0;

  /** Whether it sounds, or will as soon as it can. */
  get sounds() {
    return this.#wanted;
  }

  constructor(sound, links, changed) {
    this.#sound = sound;
    this.#links = links;
    this.#changed = changed;
    const on = (name, act) => sound.addEventListener(name, () => this.row && sound.hasAttribute("src") && act());
    // Of another link's sound too, and wherever somebody has gone while it was loading.
    on("loadedmetadata", () => this.place > 0 && (sound.currentTime = this.place));
    on("timeupdate", () => this.#moved());
    on("durationchange", () => this.#told());
    on("playing", () => this.#is("playing"));
    on("pause", () => sound.error || this.status === "loading" || this.#is("paused"));
    on("waiting", () => this.#waits());
    on("loadeddata", () => this.#wanted || this.#is("paused"));
    on("ended", () => this.#end());
    on("error", () => this.#failed());
    document.addEventListener("securitypolicyviolation", (event) => this.#notAllowed(event));
  }

  /** Plays a call's recording, from its beginning, or from where it was if it is the one that is open. */
  async play(row) {
    if (this.row?.contact_id !== row.contact_id) {
      this.close();
      this.row = row;
      this.duration = row.recording_duration;
    }
    this.#wanted = true;
    this.#tried = 0;
    if (this.status !== "trouble" && this.#isOpen()) await this.#sounds();
    else await this.#load(this.status === "trouble");
  }

  pause() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#wanted = false;
    this.#sound.pause();
    this.#is("paused");
  }

  /** Goes to a place, in seconds from the beginning. */
  async seek(seconds) {
    const place = Math.min(Math.max(0, seconds), this.duration || seconds);
    this.place = place;
    this.#tried = 0;
    if (!this.#isOpen()) await this.#load(false);
    else if (this.#sound.readyState > 0) this.#sound.currentTime = place;
    this.#changed();
  }

  /** Goes on, or back, by a few seconds. */
  step(forward) {
    return this.seek(this.place + (forward ? STEP : -STEP));
  }

  setRate(rate) {
    this.rate = rate;
    this.#sound.defaultPlaybackRate = rate;
    this.#sound.playbackRate = rate;
    this.#changed();
  }

  /** Stops, and lets the recording go. */
  close() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#wanted = false;
    this.#sound.pause();
    this.#sound.removeAttribute("src");
    this.#sound.load();
    Object.assign(this, { row: null, status: "paused", place: 0, duration: 0, trouble: null });
    this.#changed();
  }

  /** Whether there is a recording, by a link that is good for a while yet. */
  #isOpen() {
    return this.#sound.hasAttribute("src") && this.#links.lives(this.row.contact_id);
  }

  async #load(anew) {
    clearTimeout(this.#timer);
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    this.trouble = null;
    this.#is("loading");
    try {
      const { url } = await this.#links.of(this.row.contact_id, { anew, signal });
      if (signal.aborted) return;
      this.#sound.src = url;
      this.#sound.load();
      if (this.#wanted) await this.#sounds();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      this.#is("trouble", error);
    }
  }

  async #sounds() {
    try {
      await this.#sound.play();
    } catch (error) {
      // Another recording came in between, or the link has died: the element tells the latter by an event.
      if (error.name === "NotAllowedError") this.pause(); // the browser wants a click first
    }
  }

  #waits() {
    if (!this.#wanted) return;
    this.#is("loading");
    clearTimeout(this.#timer);
    if (this.#tried > 0) return; // this is another link already, over a slow line
    this.#timer = setTimeout(() => {
      if (this.status !== "loading" || !this.#wanted) return;
      this.#tried += 1;
      this.#load(true);
    }, PATIENCE);
  }

  #moved() {
    // While another link is being loaded the element is at its beginning, and the place is where it was.
    if (this.#sound.readyState === 0 || (this.status === "loading" && this.#sound.currentTime < this.place)) return;
    if (this.#sound.currentTime > this.place) this.#tried = 0;
    this.place = this.#sound.currentTime;
    this.#changed();
  }

  #told() {
    if (Number.isFinite(this.#sound.duration)) this.duration = this.#sound.duration;
    this.#changed();
  }

  #failed() {
    if (this.trouble) return;
    this.#tried += 1;
    if (this.#tried < MOST_LINKS) this.#load(true);
    else this.#is("trouble", { kind: "broken" });
  }

  #notAllowed(event) {
    if (!event.effectiveDirective.startsWith("media-src") || !this.row) return;
    const { blockedURI: uri } = event;
    this.#is("trouble", { kind: "elsewhere", origin: URL.canParse(uri) ? new URL(uri).origin : uri });
  }

  #end() {
    this.#wanted = false;
    this.place = 0;
    this.#sound.currentTime = 0;
    this.#is("paused");
  }

  #is(status, trouble = null) {
    if (trouble) this.#wanted = false; // whoever wants it still presses again
    this.status = status;
    this.trouble = trouble;
    this.#changed();
  }
}
