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
    <details class="choice" @toggle=${keepOnScreen} @keydown=${closeByEscape} @focusout=${closeBehind}>
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

// A click on what takes no focus closes it as well.
document.addEventListener("pointerdown", (event) => {
  const at = /** @type {Node} */ (event.target);
  for (const open of document.querySelectorAll("details.choice[open]")) {
    if (!open.contains(at)) open.removeAttribute("open");
  }
});

const EDGE = 8;

function keepOnScreen(event) {
  const box = event.currentTarget.querySelector("fieldset");
  box.style.left = "0";
  if (!event.currentTarget.open) return;
  const { left, right } = box.getBoundingClientRect();
  const over = right - (document.documentElement.clientWidth - EDGE);
  if (over > 0) box.style.left = `${-Math.min(over, left - EDGE)}px`;
}

function closeBehind(event) {
  if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}
