// A call's time line to scale: a lane for each party, one scale for all.

import { html, nothing, svg } from "../vendor/lit-html/lit-html.js";
import { known } from "../telling/known.js";
import { minutes, timeOfDay } from "../telling/times.js";
import { happened } from "../words/words.js";

const WIDTH = 1000;
const TICKS = 4;

/** The lanes. */
export function lanes(line, call, words) {
  const told = words.details;
  const place = (at) => ((at - line.from) / (line.to - line.from)) * WIDTH;
  return html`
    <div class="lanes">
      ${line.lanes.map((lane) => laneRow(lane, place, words))} ${call.held_time > 0 ? holdRow(call, place, line, words) : nothing}
      <span></span>
      <div class="axis" aria-hidden="true">
        ${Array.from({ length: TICKS + 1 }, (_, tick) => html`<span>${minutes((((line.to - line.from) / 1000) * tick) / TICKS)}</span>`)}
      </div>
    </div>
    <ul class="legend" aria-hidden="true">
      ${[...new Set([...line.lanes.flatMap((lane) => lane.stretches.map((one) => one.phase)), ...(call.held_time > 0 ? ["hold"] : [])])].map(
        (phase) => html`<li><svg viewBox="0 0 10 10"><rect class=${phase} width="10" height="10"></rect></svg>${told.phases[phase]}</li>`,
      )}
    </ul>
  `;
}

function laneRow(lane, place, words) {
  const told = words.details;
  const name = `${known(told.parties, lane.party)} ${lane.name || (lane.party === "customer" ? lane.id : lane.party === "ivr" ? "" : lane.id)}`.trim();
  const label = [
    ...lane.stretches.map((one) => `${told.phases[one.phase]} ${minutes((one.to - one.from) / 1000)}`),
    ...lane.marks.map((one) => `${timeOfDay(one.at)} ${happened(one.event, words)}`),
  ].join(", ");
  return html`
    <bdi class="name" title=${name}>${name}</bdi>
    <svg viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" role="img" aria-label="${name}: ${label}">
      ${lane.stretches.map(
        (one) => svg`
          <rect class=${one.phase} x=${place(one.from)} y="3" width=${Math.max(2, place(one.to) - place(one.from))} height="14">
            <title>${told.phases[one.phase]} ${minutes((one.to - one.from) / 1000)}</title>
          </rect>`,
      )}
      ${lane.marks.map(
        (one) => svg`
          <rect class="mark" x=${Math.min(place(one.at), WIDTH - 3)} y="0" width="3" height="20">
            <title>${timeOfDay(one.at)} ${happened(one.event, words)}</title>
          </rect>`,
      )}
    </svg>
  `;
}

/** How long the customer was on hold, at the scale of the others, under the talking; when it was is not told. */
function holdRow(call, place, line, words) {
  const told = words.details;
  const from = call.established_time ?? line.from;
  const width = Math.min(place(line.from + call.held_time * 1000), WIDTH - place(from));
  return html`
    <span class="name">${told.phases.hold}</span>
    <svg viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" role="img" aria-label=${told.held(minutes(call.held_time))}>
      <rect class="hold" x=${place(from)} y="3" width=${Math.max(2, width)} height="14"></rect>
    </svg>
  `;
}
