// Keys of the list: they work while the focus is in it, and leave alone what fields do with them.

/**
 * What a key does, or null.
 * @param {KeyboardEvent} event
 * @param {import("./player.js").Player} player
 * @param {any} actions
 * @returns {(() => void)|null}
 */
export function keyOfList(event, player, actions) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const target = /** @type {Element} */ (event.target);
  const inField = target.closest("input, select, summary") !== null;
  const inPlayer = target.closest("tr.player") !== null;
  const key = event.key.toLowerCase(); // with Shift or Caps Lock as well
  if (key === "n") return () => actions.playNext(1);
  if (key === "p") return () => actions.playNext(-1);
  if (!player.row) return null;
  if (key === "escape") return () => actions.closePlayer();
  // Elsewhere in the list the arrows scroll, and space presses the button that has the focus.
  if (inPlayer && !target.closest("select")) {
    if (key === "arrowleft") return () => player.step(false);
    if (key === "arrowright") return () => player.step(true);
  }
  if (key === " " && !inField && !target.closest("button")) return () => actions.playOrPause(player.row);
  return null;
}
