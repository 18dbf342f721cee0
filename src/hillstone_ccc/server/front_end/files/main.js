// The page: what somebody does changes what is looked at, that goes into the address, and what it is of is asked for.

import { render } from "./vendor/lit-html/lit-html.js";
import Combobox from "./vendor/combobox-nav/combobox-nav.js";
import { Links } from "./asking/links.js";
import { now } from "./asking/clock.js";
import { Refused } from "./asking/contract.js";
import { forget, isToken, keep, token } from "./asking/token.js";
import { CallList } from "./doing/call_list.js";
import { Details } from "./doing/details.js";
import { keyOfList } from "./doing/keys.js";
import { Pictures } from "./doing/pictures.js";
import { Player } from "./doing/player.js";
import { prefer, preferences } from "./doing/preferences.js";
import { saveRecording } from "./doing/save_recording.js";
import { Saving } from "./doing/saving.js";
import { Suggestions } from "./doing/suggestions.js";
import { app } from "./showing/app.js";
import { details as drawer } from "./showing/details.js";
import { faults, tidied } from "./showing/filters.js";
import { focusCall, focusPlayer, keepingFocus } from "./showing/focus.js";
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
  /** Whether a token was tried that is not good. */
  refused: false,
  list: new CallList(changed, listed),
  details: new Details(changed, () => state.list.retry()),
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
  if (address !== (location.hash || "#")) history[replace ? "replaceState" : "pushState"](null, "", address);
  show(view);
}

let pictured = null; // the view that the pictures are of
let turned = false; // whether another page of the list was asked for

function show(view, { anew = false } = {}) {
  const before = state.view;
  const same = sameCalls(before, view);
  const other = anew || !same || before.page !== view.page || before.size !== view.size;
  state.view = view;
  if (!same || anew) state.draft = { ...view }; // what is being typed stays while it is turned and looked into
  state.wrong = {};
  openOrClose(view.call);
  if (other) leaveRows();
  if (!same) state.saving.cancel();
  turned = same && before.page !== view.page;
  changed();
  if (!other) return;
  if (anew) pictured = null;
  state.list.show(view);
}

function leaveRows() {
  state.player.close();
  state.savings.clear();
}

/** The list is there, or is not to be had. */
function listed() {
  const { list, player } = state;
  if (list.trouble?.kind === "401") {
    if (token() !== null) {
      // It would be tried again with whatever is asked, and each time counts as somebody's guess.
      forget();
      state.refused = true;
    }
    links.forget();
  }
  // Old rows stay to be seen until these have come, and to be played.
  if (player.row && !list.rows.some((row) => row.contact_id === player.row.contact_id)) player.close();
  if (turned && list.status === "shown") document.getElementById("list").scrollIntoView({ block: "nearest" });
  turned = false;
  if (list.status === "trouble") uncount();
  else picture();
}

/** Counts what is looked at, once the list is there, and unless that was done. */
function picture() {
  const { view, list, liked, pictures } = state;
  if (list.status !== "shown" || !liked.pictures) return;
  if (pictured && sameCalls(pictured, view)) return;
  pictured = view;
  // Once the list has been painted, which somebody waits for.
  requestAnimationFrame(() => setTimeout(() => pictured === view && pictures.show(view)));
}

/** Lets go of what was counted: it is not what is looked at, or nobody may look any more. */
function uncount() {
  pictured = null;
  state.pictures.forget();
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
  Object.assign(state, { view: { ...view, call: "" }, draft: { ...view }, wrong: {} });
  leaveRows();
  state.saving.cancel();
  state.details.close();
  uncount();
  state.list.refuse(unread);
}

/** Somebody else may be looking now: everything is asked for anew. */
function begin() {
  uncount();
  links.forget();
  arrive({ anew: true });
}

// --- what somebody does -------------------------------------------------------------------------------------

const SOON = 300; // milliseconds in which somebody who goes through the ranges by keys presses the next one
let searching = 0;

const actions = {
  draft(told) {
    Object.assign(state.draft, told);
    changed();
  },
  range(range) {
    const start = range === "custom" ? (state.draft.start ?? midnight(now())) : null;
    actions.draft({ range, start, end: range === "custom" ? state.draft.end : null });
    clearTimeout(searching);
    if (range !== "custom") searching = setTimeout(actions.search, SOON);
  },
  search() {
    clearTimeout(searching);
    state.suggestions.close();
    state.draft = tidied(state.draft);
    state.wrong = faults(state.draft, state.words);
    const names = Object.keys(state.wrong);
    changed();
    if (names.length) {
      document.getElementById(names[0]).focus();
      return;
    }
    const view = { ...state.draft, page: 1, size: state.view.size, call: "" };
    if (write(view) === write(state.view)) show(view, { anew: true });
    else look(view);
  },
  clear() {
    const view = { ...EVERYTHING, size: state.view.size };
    state.draft = { ...view };
    look(view);
    if (state.list.status === "trouble") show(view, { anew: true });
  },
  page: (page) => look({ ...state.view, page }),
  size: (size) => look({ ...state.view, size, page: 1 }),
  retry: () => state.list.retry(),

  typedAgent(text, composing) {
    actions.draft({ agents: text });
    // Letters that are becoming a Chinese sign are no name yet, and nobody answers who is not logged in.
    if (composing || state.list.trouble?.kind === "401") state.suggestions.close();
    else state.suggestions.typed(text);
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
    if (player.row?.contact_id === row.contact_id && player.sounds) player.pause();
    else player.play(row);
    if (!dialog.open) focusPlayer();
  },
  /** The recording so many further on this page, or undefined. */
  nextOf(step) {
    const { list, player } = state;
    const recorded = list.rows.filter((row) => row.recording_ready);
    const place = recorded.findIndex((row) => row.contact_id === player.row?.contact_id);
    return player.row ? recorded[place + step] : recorded[0];
  },
  playNext(step) {
    const next = actions.nextOf(step);
    if (!next) return;
    state.player.play(next);
    focusPlayer();
  },
  seek: (place) => state.player.seek(place),
  setRate: (rate) => state.player.setRate(rate),
  closePlayer() {
    const { contact_id: contactId } = state.player.row;
    state.player.close();
    queueMicrotask(() => focusCall(contactId, "play"));
  },
  listKey(event) {
    const act = keyOfList(event, state.player, actions);
    if (!act) return;
    event.preventDefault();
    act();
  },
  async saveRecording(row) {
    const { savings } = state;
    if (savings.get(row.contact_id)?.status === "loading") return;
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
    prefer(told);
    changed();
  },
  enter(text) {
    const given = text.replace(/^bearer\s+/i, "");
    state.refused = !isToken(given);
    if (state.refused) {
      changed();
      return;
    }
    keep(given);
    begin();
  },
  leave() {
    forget();
    begin();
  },
};

// --- drawing ------------------------------------------------------------------------------------------------

let combobox = null;

function draw() {
  const { liked } = state;
  state.words = wordsOf(liked.language);
  state.hasToken = token() !== null;
  document.documentElement.lang = liked.language;
  document.documentElement.dataset.theme = liked.theme;
  document.title = state.words.title;
  keepingFocus(() => render(app(state), root));
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

/** The drawer was closed: the focus goes back to its call, and the address forgets it. */
function closed() {
  const { call } = state.view;
  if (!call || state.details.lost) return; // whoever logs in sees it
  // A drawer that came with the address has nowhere to give the focus back to.
  if (document.activeElement === document.body || dialog.contains(document.activeElement)) focusCall(call, "details");
  look({ ...state.view, call: "" }, { replace: true });
}

state.actions = actions;
dialog.addEventListener("close", closed);
// Beside the drawer, which has a margin inside as well.
dialog.addEventListener("click", (event) => event.clientX < dialog.getBoundingClientRect().left && dialog.close());
addEventListener("popstate", () => arrive());
changed();
arrive({ anew: true });
