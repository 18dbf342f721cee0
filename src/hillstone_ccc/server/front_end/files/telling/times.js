// Times and durations as the page writes and reads them. Times are Unix milliseconds, durations seconds.
// The call center lives by Asia/Shanghai, which has been eight hours ahead, all year, since 1991.

const DAY = 86_400_000;
const AHEAD = 8 * 3_600_000;
const TYPED = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/;

/** The last midnight before a moment, so many days back. */
export function midnight(moment, daysBack = 0) {
  return Math.floor((moment + AHEAD) / DAY) * DAY - AHEAD - daysBack * DAY;
}

/** `2026-03-01 09:30:00`, and nothing for no time. */
export function dateAndTime(moment) {
  return moment === null ? "" : new Date(moment + AHEAD).toISOString().slice(0, 19).replace("T", " ");
}

/** `09:30:00`. */
export function timeOfDay(moment) {
  return dateAndTime(moment).slice(11);
}

/** `2026-03-01`. */
export function date(moment) {
  return dateAndTime(moment).slice(0, 10);
}

/** The hour of the day, 0 to 23. */
export function hour(moment) {
  return new Date(moment + AHEAD).getUTCHours();
}

/** `4:05`, minutes and seconds, of any number of minutes. */
export function minutes(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** What a field for date and time holds for a moment. */
export function typed(moment) {
  return moment === null ? "" : new Date(moment + AHEAD).toISOString().slice(0, 19);
}

/** The moment that a field for date and time means; null if it is empty or no time. */
export function meant(text) {
  const found = TYPED.exec(text);
  if (!found) return null;
  const whole = `${text.slice(0, 16)}:${found[6] ?? "00"}`;
  const moment = Date.parse(`${whole}Z`) - AHEAD;
  // Browsers take 30 February for 2 March, and 24:00 for the next day.
  return Number.isNaN(moment) || typed(moment) !== whole ? null : moment;
}
