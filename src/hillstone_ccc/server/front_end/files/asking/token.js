// A token that somebody typed in, where no cookie lets the browser in. It stays in this tab and goes with it.

const KEY = "hillstone_ccc.token";
const FORM = /^[A-Za-z0-9._~+/-]+=*$/; // RFC 9110 § 11.4

/** The token, or null. */
export function token() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return kept; // a browser that lets pages store nothing
  }
}

let kept = null;

/** Whether a text can be a token: others could not be sent. */
export function isToken(text) {
  return FORM.test(text);
}

/** Keeps a token. */
export function keep(text) {
  kept = text;
  try {
    sessionStorage.setItem(KEY, text);
  } catch {
    // kept above
  }
}

/** Forgets it. */
export function forget() {
  kept = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // forgotten above
  }
}
