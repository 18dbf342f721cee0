// A token that somebody typed in, where no cookie lets the browser in. It stays in this tab and goes with it.

const KEY = "hillstone_ccc.token";

/** The token, or null. */
export function token() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return kept; // a browser that lets pages store nothing
  }
}

let kept = null;

/** Keeps a token; null forgets it. */
export function keep(text) {
  kept = text;
  try {
    if (text === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, text);
  } catch {
    // kept above
  }
}
