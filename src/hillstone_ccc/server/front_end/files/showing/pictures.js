// The pictures above the list. Each is a list of bars, with its figures in words beside or under them.

import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { WAITS } from "../telling/counts.js";
import { minutes } from "../telling/times.js";
import { meaning } from "./trouble.js";

/** The section, folded up or not. */
export function pictures({ pictures: counted, shown, words, actions }) {
  return html`
    <details class="pictures ${counted.status}" ?open=${shown} @toggle=${(event) => actions.showPictures(event.target.open)}>
      <summary><h2>${words.pictures.label}</h2></summary>
      ${shown ? inside(counted, words, actions) : nothing}
    </details>
  `;
}

function inside(counted, words, actions) {
  const told = words.pictures;
  return html`
    <p class="counted">
      <span role="status">${reach(counted, words)}</span>
      ${counted.status === "shown" && !counted.whole
        ? html`<button type="button" data-focus-next=".pictures summary" @click=${actions.countMore}>${told.more}</button>`
        : nothing}
      ${counted.status === "trouble" ? html`<button type="button" data-focus-next=".pictures summary" @click=${actions.countMore}>${words.retry}</button>` : nothing}
    </p>
    ${counted.counted
      ? html`<div class="charts" aria-busy=${counted.status === "loading"}>${hours(counted, words)} ${ends(counted, words)} ${waits(counted, words)} ${agents(counted, words)}</div>`
      : nothing}
  `;
}

function reach(counted, words) {
  const told = words.pictures;
  if (counted.status === "trouble") return meaning(counted.trouble, words).what;
  if (counted.status === "idle") return "";
  if (counted.status === "loading") return told.loading;
  if (!counted.total) return told.none;
  if (!counted.whole) return told.part(counted.counted, counted.total);
  return counted.counted < counted.total ? told.fewer(counted.counted, counted.total) : told.counted(counted.counted);
}

function figure(title, content) {
  return html`<figure><figcaption>${title}</figcaption>${content}</figure>`;
}

function hours({ counts }, words) {
  const told = words.pictures;
  const most = Math.max(1, ...counts.hours);
  const label = counts.hours.map((calls, hour) => `${told.hour(hour)} ${told.calls(calls)}`).join(", ");
  return figure(
    told.hours,
    html`
      <svg class="columns" viewBox="0 0 240 60" preserveAspectRatio="none" role="img" aria-label="${told.hours}: ${label}">
        ${counts.hours.map((calls, hour) => {
          const height = (calls / most) * 58;
          return svg`<rect x=${hour * 10 + 1} y=${60 - height} width="8" height=${height}><title>${told.hour(hour)} ${told.calls(calls)}</title></rect>`;
        })}
      </svg>
      <div class="axis" aria-hidden="true">${[0, 6, 12, 18].map((hour) => html`<span>${told.hour(hour)}</span>`)}</div>
    `,
  );
}

function ends({ counts }, words) {
  const told = words.pictures;
  const all = Object.values(counts.ends).reduce((sum, calls) => sum + calls, 0);
  return figure(
    told.ends,
    bars(
      Object.entries(counts.ends).map(([end, calls]) => ({
        name: told.end[end],
        kind: end,
        value: calls,
        told: `${told.calls(calls)} · ${Math.round((calls / Math.max(1, all)) * 100)}%`,
      })),
    ),
  );
}

function waits({ counts }, words) {
  const told = words.pictures;
  return figure(
    told.waits,
    bars(
      counts.waits.map((calls, place) => ({
        name: told.wait(WAITS[place - 1] ?? 0, WAITS[place] ?? null),
        kind: "wait",
        value: calls,
        told: told.calls(calls),
      })),
    ),
  );
}

function agents({ counts }, words) {
  const told = words.pictures;
  return figure(
    told.agents,
    bars(
      counts.agents.map((agent) => ({
        // Two may bear one name.
        name: counts.agents.filter((one) => one.name === agent.name).length > 1 ? `${agent.name} ${agent.id}` : agent.name,
        kind: "agent",
        value: agent.calls,
        told: told.agent(agent.calls, minutes(agent.talk)),
      })),
    ),
  );
}

function bars(rows) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return html`
    <ul class="bars">
      ${rows.map(
        (row) => html`
          <li>
            <bdi class="name" title=${row.name}>${row.name}</bdi>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class=${row.kind} width=${(row.value / most) * 100} height="10"></rect>
            </svg>
            <span class="value">${row.told}</span>
          </li>
        `,
      )}
    </ul>
  `;
}
