// Which keys stay the frame's own: those with Ctrl, Alt or Meta, and g with the letter after it, which leaves the page.
const PATIENCE = 1200;
let leaving = 0;

export function isFrames(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const after = Date.now() - leaving < PATIENCE;
  leaving = event.key === "g" ? Date.now() : 0;
  return event.key === "g" || after;
}
