// Before anything is painted, or a dark page would flash up light. Not a module: those run later.
try {
  const { theme, language } = JSON.parse(localStorage.getItem("hillstone_ccc.page") ?? "{}");
  if (theme) document.documentElement.dataset.theme = theme;
  if (language) document.documentElement.lang = language;
} catch {
  // nothing is kept
}
