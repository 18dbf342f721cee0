// The whole page, from the state of everything to what is seen.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { THEMES, USUAL_COLUMNS } from "../doing/preferences.js";
import { MOST } from "../doing/saving.js";
import { COLUMNS } from "../telling/columns.js";
import { choice } from "./choice.js";
import { filters } from "./filters.js";
import { pager, pagesOf } from "./pager.js";
import { pictures } from "./pictures.js";
import { table } from "./table.js";
import { line, listTrouble } from "./trouble.js";

/** The page. */
export function app(state) {
  const { words, list, liked, actions } = state;
  return html`
    ${head(state)}
    <main>
      ${filters(state)}
      ${pictures({ pictures: state.pictures, shown: liked.pictures, words, actions })}
      <section class="list" id="list" tabindex="-1" aria-label=${words.list.label}>
        <h2 class="unseen">${words.list.label}</h2>
        ${toolbar(state)} ${list.status === "trouble" ? listTrouble({ list, refused: state.refused, words, actions }) : calls(state)}
      </section>
    </main>
  `;
}

function head({ words, liked, hasToken, actions }) {
  return html`
    <header class="head">
      <h1>${words.title}</h1>
      <div class="settings">
        <label>
          ${words.theme.label}
          <select @change=${(event) => actions.like({ theme: event.target.value })}>
            ${THEMES.map((one) => html`<option value=${one} ?selected=${one === liked.theme}>${words.theme[one]}</option>`)}
          </select>
        </label>
        <button type="button" lang=${words.other.language} @click=${() => actions.like({ language: words.other.language })}>
          ${words.other.name}
        </button>
        ${hasToken ? html`<button type="button" @click=${actions.leave}>${words.leave}</button>` : nothing}
      </div>
    </header>
  `;
}

function toolbar({ words, list, view, liked, saving, actions }) {
  const told = words.list;
  const shown = list.status === "shown";
  return html`
    <div class="toolbar">
      <p role="status" class="total">
        ${list.status === "loading" ? told.loading : nothing}
        ${shown ? `${told.total(list.total)}${list.rows.length ? ` · ${told.on(view.page, pagesOf(list.total, view.size))}` : ""}` : nothing}
      </p>
      ${savingLine(saving, words, actions)}
      <button type="button" id="save" aria-disabled=${!canSave({ list, saving })} @click=${() => canSave({ list, saving }) && actions.save()}>
        ${words.saving.save}
      </button>
      ${choice({
        label: told.columns,
        told: `${liked.columns.length} / ${Object.keys(COLUMNS).length}`,
        options: Object.keys(COLUMNS).map((key) => ({ value: key, label: words.headings[key] })),
        chosen: liked.columns,
        change: (columns) => actions.like({ columns }),
        foot: html`<button type="button" @click=${() => actions.like({ columns: USUAL_COLUMNS })}>${told.usualColumns}</button>`,
      })}
    </div>
  `;
}

function canSave({ list, saving }) {
  return list.status === "shown" && list.total > 0 && saving.status !== "loading";
}

function savingLine(saving, words, actions) {
  const told = words.saving;
  if (saving.status === "loading") {
    return html`
      <progress max=${Math.max(1, Math.min(saving.total, MOST))} value=${saving.rows} aria-label=${told.save}></progress>
      <span>${told.under(saving.rows, saving.total)}</span>
      <button type="button" data-focus-next="#save" @click=${actions.cancelSaving}>${words.cancel}</button>
    `;
  }
  if (saving.status === "trouble") return html`<span role="alert" class="wrong">${told.failed}${line(saving.trouble, words)}</span>`;
  if (saving.status !== "saved") return nothing;
  return html`<span role="status">${saved(saving, told)}</span>`;
}

function saved({ rows, total, bounded }, told) {
  if (bounded) return told.part(rows, total);
  return rows < total ? told.fewer(rows, total) : told.saved(rows);
}

function calls(state) {
  const { list, view, liked, player, savings, words, actions } = state;
  if (list.status === "shown" && !list.rows.length) return empty(state);
  if (!list.rows.length) return html`<div class="state" aria-hidden="true"><div class="shimmer"></div></div>`;
  return html`
    ${table({ list, columns: liked.columns, player, savings, words, actions })}
    ${pager({ view, total: list.total, words, actions })}
  `;
}

function empty({ list, words, actions }) {
  const told = words.list;
  if (list.total) {
    return html`
      <div class="state">
        <h2>${told.beyond}</h2>
        <p><button type="button" class="main" @click=${() => actions.page(1)}>${told.first}</button></p>
      </div>
    `;
  }
  return html`
    <div class="state">
      <h2>${list.message ? told.nobody : told.empty}</h2>
      ${list.message ? html`<p lang="en"><bdi>${list.message}</bdi></p>` : nothing}
      <p>${list.message ? told.nobodyAdvice : told.emptyAdvice}</p>
      <p><button type="button" class="main" @click=${actions.clear}>${words.filters.clear}</button></p>
    </div>
  `;
}
