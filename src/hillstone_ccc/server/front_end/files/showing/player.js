// Listening and saving, in the row of a call.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { RATES } from "../doing/player.js";
import { dateAndTime, minutes } from "../telling/times.js";
import { line } from "./trouble.js";

/** The buttons of a call that has a recording. */
export function recordingCell({ row, player, savings, words, actions }) {
  const told = words.player;
  const at = dateAndTime(row.start_time);
  const sounds = player.row?.contact_id === row.contact_id && player.sounds;
  const saving = savings.get(row.contact_id)?.status === "loading";
  return html`
    <span class="pair">
      <button
        type="button"
        class="play"
        data-call=${row.contact_id}
        aria-label=${sounds ? told.pauseOf(at) : told.playOf(at)}
        @click=${() => actions.playOrPause(row)}
      >
        <span aria-hidden="true">${sounds ? "❚❚" : "▶"}</span> ${minutes(row.recording_duration)}
      </button>
      <button
        type="button"
        class="save"
        aria-label=${told.saveOf(at)}
        title=${told.save}
        aria-disabled=${saving}
        @click=${() => actions.saveRecording(row)}
      >
        <span aria-hidden="true">⤓</span>
      </button>
    </span>
    ${savedLine(savings.get(row.contact_id), words)}
  `;
}

function savedLine(saving, words) {
  if (!saving) return nothing;
  const told = words.player;
  if (saving.status === "loading") return html`<small role="status">${told.saving}</small>`;
  if (saving.status === "trouble") return html`<small role="alert">${line(saving.trouble, words)}</small>`;
  if (saving.elsewhere) return html`<small role="alert">${told.notHere(saving.elsewhere)}</small>`;
  if (saving.url === null) return html`<small role="status">${told.saved(saving.name)}</small>`;
  return html`
    <small role="alert">
      ${told.notReadable(saving.name)}
      <a href=${saving.url} target="_blank" rel="noopener noreferrer" download=${saving.name}>${told.openInstead}</a>
    </small>
  `;
}

/** The row below the one that is played. */
export function playerRow({ row, width, player, words, actions }) {
  const told = words.player;
  const at = dateAndTime(row.start_time);
  const { sounds } = player;
  return html`
    <tr role="row" class="player">
      <td role="cell" colspan=${width}>
        <div class="controls" role="group" aria-label=${told.label(at)}>
          <button type="button" id="sounding" class="main" @click=${() => actions.playOrPause(row)}>
            ${sounds ? told.pause : told.play}
          </button>
          <span class="place">${minutes(player.place)}</span>
          <input
            type="range"
            min="0"
            max=${Math.max(1, Math.ceil(player.duration))}
            step="1"
            aria-label=${told.place}
            aria-valuetext=${told.placeText(minutes(player.place), minutes(player.duration))}
            .value=${live(String(Math.floor(player.place)))}
            @input=${(event) => actions.seek(Number(event.target.value))}
          />
          <span class="place">${minutes(player.duration)}</span>
          <label>
            ${told.speed}
            <select @change=${(event) => actions.setRate(Number(event.target.value))}>
              ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === player.rate}>${rate}×</option>`)}
            </select>
          </label>
          <button type="button" aria-disabled=${!actions.nextOf(-1)} @click=${() => actions.playNext(-1)}>${told.previous}</button>
          <button type="button" aria-disabled=${!actions.nextOf(1)} @click=${() => actions.playNext(1)}>${told.next}</button>
          <button type="button" @click=${actions.closePlayer}>${told.close}</button>
          ${stateOf(player, words)}
          <small class="keys">${told.keys}</small>
        </div>
      </td>
    </tr>
  `;
}

function stateOf(player, words) {
  const told = words.player;
  if (player.status === "loading") return html`<span role="status">${told.loading}</span>`;
  if (player.status !== "trouble") return nothing;
  const { trouble } = player;
  const what = { broken: () => told.broken, elsewhere: () => told.notHere(trouble.origin) }[trouble.kind];
  return html`<span role="alert" class="wrong">${what ? what() : line(trouble, words)}</span>`;
}
