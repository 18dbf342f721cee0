// What somebody likes, kept in the browser: language, colours, columns, whether pictures are shown. Nothing of calls.

import { COLUMNS } from "../telling/columns.js";

const KEY = "hillstone_ccc.page";
export const THEMES = ["auto", "light", "dark"];
export const USUAL_COLUMNS = Object.keys(COLUMNS).filter((key) => COLUMNS[key].first);

const USUAL = { language: "zh-CN", theme: "auto", columns: USUAL_COLUMNS, pictures: true };

/** What is kept, with the usual in place of what is not, or makes no sense. */
export function preferences() {
  const kept = stored();
  return {
    language: ["zh-CN", "en"].includes(kept.language) ? kept.language : USUAL.language,
    theme: THEMES.includes(kept.theme) ? kept.theme : USUAL.theme,
    columns: Array.isArray(kept.columns) ? Object.keys(COLUMNS).filter((key) => kept.columns.includes(key)) : USUAL.columns,
    pictures: typeof kept.pictures === "boolean" ? kept.pictures : USUAL.pictures,
  };
}

/** Keeps some; what another tab has kept meanwhile stays. */
export function prefer(liked) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...stored(), ...liked }));
  } catch {
    // a browser that lets pages store nothing: it holds until the page is left
  }
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
