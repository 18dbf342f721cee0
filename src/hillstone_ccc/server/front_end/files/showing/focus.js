// Where the focus goes when what had it is gone: never to the top of the page, where nobody was.

/**
 * Draws, and finds a place for the focus if drawing took it away.
 * @param {() => void} draw
 */
export function keepingFocus(draw) {
  const before = document.activeElement;
  draw();
  if (before && before !== document.body && document.activeElement === document.body) focusNear(before);
}

/** The player's own button, once it is drawn. */
export function focusPlayer() {
  queueMicrotask(() => document.getElementById("sounding")?.focus());
}

/** A call's button in the list; the list itself if the call is not there. */
export function focusCall(contactId, kind) {
  /** @type {HTMLElement|null} */
  const button = document.querySelector(`button.${kind}[data-call="${CSS.escape(contactId)}"]`);
  (button ?? document.getElementById("list"))?.focus({ preventScroll: Boolean(button) });
}

/** @param {any} gone */
function focusNear(gone) {
  const { focusNext } = gone.dataset;
  const next = focusNext && /** @type {HTMLElement|null} */ (document.querySelector(focusNext));
  (next || document.getElementById("list"))?.focus({ preventScroll: true });
}
