// The languages of the page.

import { known } from "../telling/known.js";
import { keyOf } from "../telling/timeline.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

/** The words of a language; Chinese for one that there is not. */
export function wordsOf(language) {
  return language === en.language ? en : zh;
}

/** An event of a call in words; the call center's own word where there are none. */
export function happened(event, words) {
  return known(words.details.happened, keyOf(event), event);
}
