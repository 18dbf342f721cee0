// What went wrong, and what to do about it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { known } from "../telling/known.js";

/** The words for something that was refused: `{what, advice}`. */
export function meaning(trouble, words) {
  return known(words.trouble, trouble.code, known(words.trouble, trouble.kind, words.trouble.other));
}

/** A line for small places. */
export function line(trouble, words) {
  const { what, advice } = meaning(trouble, words);
  return [what, advice].filter(Boolean).join(" ");
}

/** The state of a list that could not be had. */
export function listTrouble({ list, refused, words, actions }) {
  if (list.unread.length) return unread(list.unread, words, actions);
  const { trouble, again } = list;
  const { what, advice } = meaning(trouble, words);
  const seconds = again === null ? null : Math.max(0, Math.ceil((again - Date.now()) / 1000));
  return html`
    <div class="state trouble">
      <div role="alert">
        <h2>${what}</h2>
        <p>${trouble.kind === "401" && refused ? words.trouble[401].refused : ""} ${advice}</p>
      </div>
      ${trouble.kind === "401" ? tokenForm(words, actions) : nothing}
      ${seconds === null ? nothing : html`<p class="again">${words.trouble.again(seconds)}</p>`}
      <p><button type="button" class="main" @click=${actions.retry}>${words.retry}</button></p>
      ${trouble.told || trouble.code ? about(trouble, words) : nothing}
    </div>
  `;
}

function about(trouble, words) {
  return html`<p class="about" lang="en">${trouble.told} (${words.trouble.code(trouble.code, trouble.requestId)})</p>`;
}

function unread(names, words, actions) {
  const { what, advice } = words.trouble.address;
  return html`
    <div class="state trouble">
      <div role="alert">
        <h2>${what(names.join(", "))}</h2>
        <p>${advice}</p>
      </div>
      <p><button type="button" class="main" @click=${actions.clear}>${words.filters.clear}</button></p>
    </div>
  `;
}

function tokenForm(words, actions) {
  const told = words.trouble[401];
  const enter = (event) => {
    event.preventDefault();
    const field = event.target.elements.token;
    if (!field.value.trim()) return;
    actions.enter(field.value.trim());
    field.value = "";
  };
  return html`
    <form class="token" @submit=${enter}>
      <input name="username" autocomplete="username" value=${location.host} hidden />
      <label for="token">${told.token}</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required />
      <button type="submit">${told.enter}</button>
      <p><small>${told.kept}</small></p>
    </form>
  `;
}
