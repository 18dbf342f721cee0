// The calls as a table, which a narrow screen shows as cards.

import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { now } from "../asking/clock.js";
import { COLUMNS, shown, unrecorded } from "../telling/columns.js";
import { dateAndTime } from "../telling/times.js";
import { playerRow, recordingCell } from "./player.js";

/** The table. Roles are named, since a narrow screen lays it out as blocks, of which browsers drop them. */
export function table({ list, columns, player, savings, words, actions }) {
  const width = columns.length + 2;
  return html`
    <div class="scroll ${list.status}" role="region" tabindex="0" aria-label=${words.list.scroll} @keydown=${actions.listKey}>
      <table role="table" aria-busy=${list.status === "loading"}>
        <caption class="unseen">${words.list.label}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="recording">${words.list.recording}</th>
            ${columns.map((key) => html`<th role="columnheader" scope="col" class=${COLUMNS[key].kind}>${words.headings[key]}</th>`)}
            <th role="columnheader" scope="col" class="more"><span class="unseen">${words.list.details}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${list.rows.map(
            (row) => html`
              ${callRow({ row, columns, player, savings, words, actions })}
              ${player.row?.contact_id === row.contact_id ? playerRow({ row, width, player, words, actions }) : nothing}
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function callRow({ row, columns, player, savings, words, actions }) {
  const why = unrecorded(row, now());
  return html`
    <tr role="row" class=${player.row?.contact_id === row.contact_id ? "open" : ""}>
      <td role="cell" class="recording" data-label=${words.list.recording}>
        ${why ? html`<small>${words.unrecorded[why]}</small>` : recordingCell({ row, player, savings, words, actions })}
      </td>
      ${columns.map(
        (key) => html`<td role="cell" class=${COLUMNS[key].kind} data-label=${words.headings[key]}><bdi>${shown(row, key, words)}</bdi></td>`,
      )}
      <td role="cell" class="more">
        <button
          type="button"
          class="details"
          data-call=${row.contact_id}
          aria-haspopup="dialog"
          aria-label=${words.list.detailsOf(dateAndTime(row.start_time))}
          @click=${() => actions.openDetails(row.contact_id)}
        >
          ${words.list.details}
        </button>
      </td>
    </tr>
  `;
}
