// What scrolls must be reachable by keyboard: a box with more in it than it shows takes the focus, so arrows move it.
const BOXES = ".scroll, .scroll-x, .atlas-map";

function reachable(root) {
  for (const box of root.querySelectorAll(BOXES)) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls && !box.hasAttribute("tabindex")) box.tabIndex = 0;
  }
}

reachable(document);
window.addEventListener("load", () => reachable(document));
window.addEventListener("resize", () => reachable(document));
document.addEventListener("htmx:afterSettle", () => reachable(document));
