// The time, by the server's clock where the computer's own goes wrong: ranges, links and counts go by it.

const SLACK = 5_000; // what the way takes, and whole seconds are told

let ahead = 0;

/** Unix milliseconds. */
export function now() {
  return Date.now() + ahead;
}

/** Takes note of the `Date` of an answer that has just come. */
export function heard(date) {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  const apart = told - Date.now();
  ahead = Math.abs(apart) < SLACK ? 0 : apart;
}
