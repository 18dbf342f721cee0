// Several of a few, to be ticked, behind a button that tells what is chosen.

import { html } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";

/**
 * @param {{label: string, told: string, options: {value: string, label: string}[], chosen: string[],
 *   change: (chosen: string[]) => void, foot?: unknown}} of
 */
export function choice({ label, told, options, chosen, change, foot }) {
  const toggle = (value, on) =>
    change(options.map((one) => one.value).filter((one) => (one === value ? on : chosen.includes(one))));
  return html`
    <details class="choice" @keydown=${closeByEscape} @focusout=${closeBehind}>
      <summary><span class="label">${label}</span> <span class="told">${told}</span></summary>
      <fieldset>
        <legend class="unseen">${label}</legend>
        ${options.map(
          (one) => html`
            <label>
              <input
                type="checkbox"
                .checked=${live(chosen.includes(one.value))}
                @change=${(event) => toggle(one.value, event.target.checked)}
              />
              ${one.label}
            </label>
          `,
        )}
        ${foot}
      </fieldset>
    </details>
  `;
}

function closeByEscape(event) {
  if (event.key !== "Escape" || !event.currentTarget.open) return;
  event.currentTarget.open = false;
  event.currentTarget.querySelector("summary").focus();
}

function closeBehind(event) {
  if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}
