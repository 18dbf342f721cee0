// The drawer: one call with what happened in it.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { COLUMNS, shown } from "../telling/columns.js";
import { known } from "../telling/known.js";
import { dateAndTime, minutes, timeOfDay } from "../telling/times.js";
import { timeline } from "../telling/timeline.js";
import { happened } from "../words/words.js";
import { lanes } from "./lanes.js";
import { meaning } from "./trouble.js";

/** What stands in the drawer. */
export function details({ details: open, player, words, actions }) {
  const told = words.details;
  const call = open.call;
  return html`
    <header>
      <h2 id="drawer-title">${told.label}${call ? html` <bdi>${dateAndTime(call.start_time)}</bdi>` : nothing}</h2>
      ${player.row
        ? html`<button type="button" @click=${() => actions.playOrPause(player.row)}>
            ${player.sounds ? words.player.pause : words.player.play} ${minutes(player.place)}
          </button>`
        : nothing}
      <button type="button" @click=${actions.closeDetails}>${words.close}</button>
    </header>
    ${open.status === "loading" ? html`<p role="status" class="state">${told.loading}</p>` : nothing}
    ${open.status === "trouble" ? trouble(open, words, actions) : nothing} ${call ? inside(call, words) : nothing}
  `;
}

function trouble(open, words, actions) {
  const { what, advice } = meaning(open.trouble, words);
  return html`
    <div class="state trouble">
      <div role="alert"><h3>${what}</h3><p>${advice}</p></div>
      <button type="button" @click=${() => actions.openDetails(open.contactId)}>${words.retry}</button>
    </div>
  `;
}

function inside(call, words) {
  const told = words.details;
  return html`
    ${call.missing.length
      ? html`<p class="missing" role="status">${told.missing(call.missing.map((part) => known(told.parts, part)).join(", "))}</p>`
      : nothing}
    <dl class="facts">
      ${["contact_type", "contact_disposition", "calling_number", "called_number", "agent_names", "talk_time"].map((key) =>
        fact(words.headings[key], shown(call, key, words)),
      )}
      ${fact(told.offSite, call.off_site === null ? words.unknown : call.off_site ? words.yes : words.no)}
      ${fact(told.transferCaller, call.transfer_caller)} ${fact(told.transferCalled, call.transfer_called)}
      ${fact(told.satisfaction, satisfaction(call, words))} ${fact(told.heldTime, minutes(call.held_time))}
      ${fact(told.media, known(told.mediaTypes, call.media_type))}
    </dl>
    <h3>${told.timeline}</h3>
    ${times(call, words)}
    <h3>${told.transfers}</h3>
    ${transfers(call, words)}
    <details>
      <summary>${told.events(call.events.length)}</summary>
      ${events(call, words)}
    </details>
    <details>
      <summary>${told.all}</summary>
      <dl class="facts">${Object.keys(COLUMNS).map((key) => fact(words.headings[key], shown(call, key, words)))}</dl>
    </details>
  `;
}

function fact(name, value) {
  return html`<div><dt>${name}</dt><dd><bdi>${value || "—"}</bdi></dd></div>`;
}

function satisfaction(call, words) {
  const told = words.details;
  const key = call.satisfaction_index === null ? told.notRated : told.rated(call.satisfaction_index);
  const by = known(words.channels, call.satisfaction_survey_channel);
  const asked = call.satisfaction_survey_offered || call.satisfaction_index !== null;
  return [told.asked[asked], asked ? by : "", asked ? call.satisfaction_description || key : ""].filter(Boolean).join(" · ");
}

function times(call, words) {
  const told = words.details;
  const line = timeline(call);
  if (!line) return html`<p>${told.noTimeline}</p>`;
  return html`
    ${line.exact ? nothing : html`<p>${told.inexact}</p>`} ${lanes(line, call, words)}
    ${call.held_time > 0 ? html`<p>${told.held(minutes(call.held_time))}</p>` : nothing}
  `;
}

function transfers(call, words) {
  const told = words.details;
  if (call.transfers === null) return html`<p>${told.transfersUnknown}</p>`;
  if (!call.transfers.length) return html`<p>${told.noTransfers}</p>`;
  return html`
    <ol class="transfers">
      ${call.transfers.map(
        (one) => html`
          <li>
            <span>${timeOfDay(one.time)}</span> ${known(told.kinds, one.kind)} <bdi>${one.from_agent_name || one.from_agent_id}</bdi>
            → ${known(told.targets, one.to_kind)} <bdi>${target(one, told)}</bdi>
            <small>${known(told.completed, String(one.completed))}</small>
          </li>
        `,
      )}
    </ol>
  `;
}

function target(one, told) {
  const agent = one.to_agent_name || one.to_agent_id;
  const group = one.to_skill_group_name || one.to_skill_group_id;
  if (one.to_kind === "skill_group" && group) return group + (agent ? told.via(agent) : "");
  return one.to_number || agent || group;
}

function events(call, words) {
  const told = words.details;
  return html`
    <ol class="events">
      ${call.events.map(
        (one) => html`
          <li>
            <span>${timeOfDay(one.event_time)}</span>
            ${known(told.parties, one.party)} <bdi>${one.party_name || one.party_id}</bdi>
            <strong>${happened(one.event, words)}</strong>
            ${one.duration === null ? nothing : html`<small>${minutes(one.duration)}</small>`}
          </li>
        `,
      )}
    </ol>
  `;
}
