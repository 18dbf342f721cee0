// A table as text that Excel opens as it is meant: with Chinese signs, and without running what somebody wrote.

const RUNS = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
const RUNS_INSIDE = /([,;|\t\r\n][\s"']*)([=+\-@＝＋－＠])/g;
const QUOTED = /[",;|\t\r\n]/;
const LOSES_DIGITS = /^(0[0-9]+|[0-9]{12,}|[0-9]+[Ee][0-9]+)$/;

/** Rows of cells as CSV: a byte order mark, which tells Excel of UTF-8, and lines that end as RFC 4180 has it. */
export function csv(rows) {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = harmless(String(value));
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(told) {
  // Where a spreadsheet separates by another sign than the comma, what follows that sign is a cell of its own.
  const text = told.replace(RUNS_INSIDE, "$1'$2");
  // An apostrophe keeps a spreadsheet from taking it for a formula; a number from +86 on gets one too.
  if (RUNS.test(text)) return `'${text}`;
  // A tab keeps it from taking a phone number for a count, and dropping its first zero or its last digits, or an id
  // like 12e34 for a power of ten.
  return LOSES_DIGITS.test(text) ? `\t${text}` : text;
}
