// Colours for what draws itself (charts, the map): read from the tokens, read again when the theme changes.

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Calls back after each change between light and dark, whoever made it.
export function onTheme(changed) {
  document.addEventListener("tujing:theme", changed);
}
