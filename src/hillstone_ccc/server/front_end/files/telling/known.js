// Looking a word of the call center's up among ours, which it may not be: it may be called like something that every
// object has.

/** What a table has for a word; the word itself, or what is given instead, if the table has nothing. */
export function known(table, word, instead = word) {
  return Object.hasOwn(table, word) ? table[word] : instead;
}
