// Which page, of how many, and how many rows each has.

import { html } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { SIZES } from "../telling/address.js";

/** How many pages there are; one if there is nothing. */
export function pagesOf(total, size) {
  return Math.max(1, Math.ceil(total / size));
}

/** The pager. */
export function pager({ view, total, words, actions }) {
  const told = words.list;
  const pages = pagesOf(total, view.size);
  const sizes = SIZES.includes(view.size) ? SIZES : [...SIZES, view.size].toSorted((one, other) => one - other);
  const go = (event) => {
    const page = Math.min(Math.max(1, Math.round(Number(event.target.value) || view.page)), pages);
    event.target.value = String(page);
    actions.page(page);
  };
  // What is being typed stays, whatever else is drawn meanwhile.
  const field = /** @type {HTMLInputElement|null} */ (document.getElementById("page"));
  const shown = field && field === document.activeElement ? field.value : String(view.page);
  const step = (by) => {
    if (view.page + by >= 1 && view.page + by <= pages) actions.page(view.page + by);
  };
  return html`
    <nav class="pager" aria-label=${told.pages}>
      <button type="button" aria-disabled=${view.page <= 1} @click=${() => step(-1)}>${told.previous}</button>
      <label class="unseen" for="page">${told.goTo}</label>
      <input id="page" type="number" min="1" max=${pages} .value=${live(shown)} @change=${go} />
      <span>${told.on(view.page, pages)}</span>
      <button type="button" aria-disabled=${view.page >= pages} @click=${() => step(1)}>${told.next}</button>
      <label>
        ${told.size}
        <select @change=${(event) => actions.size(Number(event.target.value))}>
          ${sizes.map((size) => html`<option value=${size} ?selected=${size === view.size}>${size}</option>`)}
        </select>
      </label>
    </nav>
  `;
}
