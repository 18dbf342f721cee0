// The filters: what is typed is a draft until somebody searches.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { RANGES, isMoment, isNumber } from "../telling/address.js";
import { known } from "../telling/known.js";
import { meant, typed } from "../telling/times.js";
import { choice } from "./choice.js";

// Words of documents of 2021, which the call center may still tell, and takes as a filter no more.
const RETIRED = new Set(["_abandoned_in_contact_flow", "_abandoned_ring", "_queue_overflow", "_one_step_transfer"]);

/** What is wrong with a draft: name of a field → the words for it. */
export function faults(draft, words) {
  const found = {};
  for (const name of ["calling", "called"]) if (!isNumber(draft[name])) found[name] = words.filters.notNumber;
  if (draft.range === "custom") {
    for (const name of ["start", "end"]) {
      if (draft[name] !== null && !isMoment(String(draft[name]))) found[name] = words.filters.notTime;
    }
    if (draft.start === null) found.start = words.filters.noStart;
    else if (draft.end !== null && draft.end < draft.start) found.start = words.filters.notInOrder;
  }
  return found;
}

/** A draft as it is meant: numbers without blanks, names with commas between them. */
export function tidied(draft) {
  return {
    ...draft,
    calling: withoutBlanks(draft.calling),
    called: withoutBlanks(draft.called),
    agents: draft.agents.replaceAll(/\s*[,，、]\s*/g, ", ").trim(),
  };
}

function withoutBlanks(text) {
  return text.replaceAll(/\s/g, "");
}

/** The form. */
export function filters({ draft, wrong, suggestions, words, actions }) {
  const told = words.filters;
  const search = (event) => {
    event.preventDefault();
    actions.search();
  };
  return html`
    <form class="filters" role="search" aria-label=${told.label} @submit=${search} novalidate>
      <fieldset class="range">
        <legend>${told.range}</legend>
        ${[...Object.keys(RANGES), "custom"].map(
          (range) => html`
            <label>
              <input
                type="radio"
                name="range"
                value=${range}
                .checked=${live(draft.range === range)}
                @change=${() => actions.range(range)}
              />
              <span>${told.ranges[range]}</span>
            </label>
          `,
        )}
      </fieldset>
      ${draft.range === "custom" ? fromTo({ draft, wrong, told, actions }) : nothing}
      ${agentField({ draft, suggestions, told, actions })}
      ${numberField("calling", { draft, wrong, told, actions })} ${numberField("called", { draft, wrong, told, actions })}
      ${several("types", { draft, words, actions })} ${several("dispositions", { draft, words, actions })}
      <div class="buttons">
        <button type="submit" class="main">${told.search}</button>
        <button type="button" @click=${actions.clear}>${told.clear}</button>
      </div>
    </form>
  `;
}

function fromTo({ draft, wrong, told, actions }) {
  const field = (name, label) => html`
    <div class="field">
      <label for=${name}>${label} <small>${told.zone}</small></label>
      <input
        id=${name}
        type="datetime-local"
        step="1"
        .value=${live(typed(draft[name]))}
        aria-invalid=${Boolean(wrong[name])}
        aria-describedby=${wrong[name] ? `${name}-wrong` : nothing}
        @change=${(event) => actions.draft({ [name]: meant(event.target.value) })}
      />
      ${why(name, wrong)}
    </div>
  `;
  return html`${field("start", told.from)} ${field("end", told.to)}`;
}

function numberField(name, { draft, wrong, told, actions }) {
  return html`
    <div class="field">
      <label for=${name}>${told[name]}</label>
      <input
        id=${name}
        type="text"
        inputmode="tel"
        autocomplete="off"
        spellcheck="false"
        placeholder="1380000****"
        title=${told.numberHint}
        .value=${live(draft[name])}
        aria-invalid=${Boolean(wrong[name])}
        aria-describedby=${wrong[name] ? `${name}-wrong` : nothing}
        @input=${(event) => actions.draft({ [name]: event.target.value })}
      />
      ${why(name, wrong)}
    </div>
  `;
}

function why(name, wrong) {
  return wrong[name] ? html`<p class="wrong" id="${name}-wrong" role="alert">${wrong[name]}</p>` : nothing;
}

function agentField({ draft, suggestions, told, actions }) {
  const found = suggestions.agents;
  return html`
    <div class="field agents">
      <label for="agents">${told.agents}</label>
      <input
        id="agents"
        type="text"
        autocomplete="off"
        spellcheck="false"
        placeholder=${told.agentsHint}
        .value=${live(draft.agents)}
        @input=${(event) => actions.typedAgent(event.target.value, event.isComposing)}
        @compositionend=${(event) => actions.typedAgent(event.target.value, false)}
        @keydown=${(event) => event.key === "Escape" && actions.closeSuggestions()}
        @blur=${actions.closeSuggestions}
      />
      <ul
        id="suggestions"
        role="listbox"
        aria-label=${told.agents}
        ?hidden=${!found?.length}
        @mousedown=${(event) => event.preventDefault()}
        @combobox-commit=${(event) => actions.chooseAgent(event.target.dataset.name)}
      >
        ${(found ?? []).map(
          (one, place) => html`
            <li role="option" id="suggestion-${place}" data-name=${one.name}>${one.name} <small>${one.about}</small></li>
          `,
        )}
      </ul>
      <p class=${found?.length === 0 ? "none" : "unseen"} role="status">${found === null ? "" : told.suggestions(found.length)}</p>
    </div>
  `;
}

/** What can be chosen of `types` or `dispositions`, in the contract's spelling. */
export function offered(name, words) {
  return Object.keys(words[name]).filter((value) => !RETIRED.has(value));
}

function several(name, { draft, words, actions }) {
  const options = offered(name, words).map((value) => ({ value, label: words[name][value] }));
  const chosen = draft[name];
  const told = { 0: words.filters.all, 1: known(words[name], chosen[0]) };
  return choice({
    label: words.filters[name],
    told: told[chosen.length] ?? words.filters.chosen(chosen.length),
    options: [...options, ...chosen.filter((one) => !Object.hasOwn(words[name], one)).map((one) => ({ value: one, label: one }))],
    chosen,
    change: (values) => actions.draft({ [name]: values }),
  });
}
