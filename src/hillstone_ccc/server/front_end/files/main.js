// The page: what somebody does changes what is looked at, that goes into the address, and what it is of is asked for.

import { render } from "./vendor/lit-html/lit-html.js";
import Combobox from "./vendor/combobox-nav/combobox-nav.js";
import { Links } from "./asking/links.js";
import { Refused } from "./asking/contract.js";
import { keep, token } from "./asking/token.js";
import { CallList } from "./doing/call_list.js";
import { Details } from "./doing/details.js";
import { Pictures } from "./doing/pictures.js";
import { Player } from "./doing/player.js";
import { prefer, preferences } from "./doing/preferences.js";
import { saveRecording } from "./doing/save_recording.js";
import { Saving } from "./doing/saving.js";
import { Suggestions } from "./doing/suggestions.js";
import { app } from "./showing/app.js";
import { details as drawer } from "./showing/details.js";
import { faults } from "./showing/filters.js";
import { EVERYTHING, read, sameCalls, write } from "./telling/address.js";
import { midnight } from "./telling/times.js";
import { wordsOf } from "./words/words.js";

const root = document.getElementById("app");
const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("drawer"));

let drawn = false;
/** Draws everything once, after whatever changed in one go. */
function changed() {
  if (drawn) return;
  drawn = true;
  queueMicrotask(() => {
    drawn = false;
    draw();
  });
}

const links = new Links();
const state = {
  words: wordsOf("zh-CN"),
  view: EVERYTHING,
  draft: EVERYTHING,
  wrong: {},
  liked: preferences(),
  hasToken: false,
  list: new CallList(changed, picture),
  details: new Details(changed),
  pictures: new Pictures(changed),
  player: new Player(document.getElementById("sound"), links, changed),
  saving: new Saving(changed),
  suggestions: new Suggestions(changed),
  /** Call → what became of saving its recording. */
  savings: new Map(),
  actions: null,
};

// --- what is looked at --------------------------------------------------------------------------------------

/** Looks at something: puts it into the address, and shows it. */
function look(view, { replace = false } = {}) {
  const address = write(view);
  if (address !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", address);
  show(view);
}

let pictured = null; // the view that the pictures are of

function show(view, { anew = false } = {}) {
  const before = state.view;
  const other = anew || !sameCalls(before, view) || before.page !== view.page || before.size !== view.size;
  state.view = view;
  state.draft = { ...view };
  state.wrong = {};
  openOrClose(view.call);
  if (other) {
    state.player.close();
    state.savings.clear();
  }
  if (!sameCalls(before, view)) state.saving.cancel();
  changed();
  if (!other) return;
  if (anew) pictured = null;
  state.list.show(view);
}

/** Lets go of what was counted: it is not what is looked at, or nobody may look any more. */
function uncount() {
  pictured = null;
  state.pictures.forget();
}

/** Counts what is looked at, once the list is there, and unless that was done. */
function picture() {
  const { view, list, liked, pictures } = state;
  if (list.status === "trouble") uncount();
  if (list.status !== "shown" || !liked.pictures) return;
  if (pictured && sameCalls(pictured, view)) return;
  pictured = view;
  // Once the list has been painted, which somebody waits for.
  requestAnimationFrame(() => setTimeout(() => pictured === view && pictures.show(view)));
}

function openOrClose(call) {
  const { details } = state;
  if (call && details.contactId !== call) details.open(call);
  if (!call && details.status !== "closed") details.close();
}

function arrive({ anew = false } = {}) {
  const { view, unread } = read(location.hash);
  if (!unread.length) {
    show(view, { anew: anew || state.list.status === "trouble" });
    return;
  }
  Object.assign(state, { view, draft: { ...view }, wrong: {} });
  uncount();
  state.list.refuse(unread);
}

// --- what somebody does -------------------------------------------------------------------------------------

const actions = {
  draft(told) {
    Object.assign(state.draft, told);
    changed();
  },
  range(range) {
    const start = range === "custom" ? (state.draft.start ?? midnight(Date.now())) : null;
    Object.assign(state.draft, { range, start, end: range === "custom" ? state.draft.end : null });
    if (range === "custom") changed();
    else actions.search();
  },
  search() {
    state.suggestions.close();
    state.wrong = faults(state.draft, state.words);
    const names = Object.keys(state.wrong);
    changed();
    if (names.length) {
      document.getElementById(names[0]).focus();
      return;
    }
    const view = { ...state.draft, page: 1, call: "" };
    if (write(view) === write(state.view)) show(view, { anew: true });
    else look(view);
  },
  clear() {
    look({ ...EVERYTHING, size: state.view.size });
    if (state.list.status === "trouble") show(state.view, { anew: true });
  },
  page: (page) => look({ ...state.view, page }),
  size: (size) => look({ ...state.view, size, page: 1 }),
  retry: () => state.list.retry(),

  typedAgent(text) {
    actions.draft({ agents: text });
    state.suggestions.typed(text);
  },
  chooseAgent(name) {
    actions.draft({ agents: Suggestions.chosen(state.draft.agents, name) });
    state.suggestions.close();
  },
  closeSuggestions: () => state.suggestions.close(),

  openDetails: (contactId) => (state.view.call === contactId ? state.details.open(contactId) : look({ ...state.view, call: contactId })),
  closeDetails: () => dialog.close(),

  playOrPause(row) {
    const { player } = state;
    if (player.row?.contact_id === row.contact_id && player.status === "playing") player.pause();
    else player.play(row);
    focusPlayer();
  },
  playNext(step) {
    const { list, player } = state;
    const recorded = list.rows.filter((row) => row.recording_ready);
    const place = recorded.findIndex((row) => row.contact_id === player.row?.contact_id);
    const next = player.row ? recorded[place + step] : recorded[0];
    if (!next) return;
    player.play(next);
    focusPlayer();
  },
  seek: (place) => state.player.seek(place),
  setRate: (rate) => state.player.setRate(rate),
  closePlayer: () => state.player.close(),
  listKey,
  async saveRecording(row) {
    const { savings } = state;
    const is = (told) => {
      savings.set(row.contact_id, told);
      changed();
    };
    is({ status: "loading" });
    try {
      is({ status: "saved", ...(await saveRecording(links, row.contact_id)) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      is({ status: "trouble", trouble: error });
    }
  },

  showPictures(shown) {
    if (shown === state.liked.pictures) return;
    actions.like({ pictures: shown });
    picture();
  },
  countMore: () => state.pictures.more(),
  save: () => state.saving.save(state.view, state.words),
  cancelSaving: () => state.saving.cancel(),

  like(told) {
    Object.assign(state.liked, told);
    prefer(state.liked);
    changed();
  },
  enter(text) {
    keep(text);
    begin();
  },
  leave() {
    keep(null);
    links.forget();
    begin();
  },
};

/** Keys that work while the focus is in the list, and not in a field. */
function listKey(event) {
  const { player } = state;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, summary") && event.key !== "n" && event.key !== "p") return;
  const act = {
    n: () => actions.playNext(1),
    p: () => actions.playNext(-1),
    ArrowLeft: player.row && (() => player.step(false)),
    ArrowRight: player.row && (() => player.step(true)),
    Escape: player.row && (() => player.close()),
    // Where a button has the focus it takes the space itself.
    " ": player.row && !event.target.closest("button") && (() => actions.playOrPause(player.row)),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function focusPlayer() {
  queueMicrotask(() => document.getElementById("sounding")?.focus());
}

/** Somebody else may be looking now: everything is asked for anew. */
function begin() {
  uncount();
  arrive({ anew: true });
}

// --- drawing ------------------------------------------------------------------------------------------------

let combobox = null;

function draw() {
  const { liked } = state;
  state.words = wordsOf(liked.language);
  state.hasToken = token() !== null;
  document.documentElement.lang = liked.language;
  document.documentElement.dataset.theme = liked.theme;
  document.title = state.words.title;
  render(app(state), root);
  const { details } = state;
  if (details.status !== "closed") render(drawer(state), dialog);
  if (details.status !== "closed" && !dialog.open) dialog.showModal();
  if (details.status === "closed" && dialog.open) dialog.close();
  suggest();
}

function suggest() {
  const input = document.getElementById("agents");
  const suggested = Boolean(state.suggestions.agents?.length);
  combobox ??= new Combobox(input, document.getElementById("suggestions"), { tabInsertsSuggestions: false });
  const begun = input.getAttribute("aria-expanded") === "true";
  if (suggested && !begun) combobox.start();
  else if (!suggested && begun) combobox.stop();
}

state.actions = actions;
dialog.addEventListener("close", () => state.view.call && look({ ...state.view, call: "" }));
// Beside the drawer, which has a margin inside as well.
dialog.addEventListener("click", (event) => event.clientX < dialog.getBoundingClientRect().left && dialog.close());
addEventListener("popstate", () => arrive());
changed();
arrive({ anew: true });
