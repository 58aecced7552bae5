// The frame round every page: the menu that folds, the line that says something is under way, the word when the server is away.
const root = document.documentElement;

// Folded or not is set before the page is painted, by theme.js; here it changes.
document.getElementById("fold")?.addEventListener("click", () => {
  const folded = root.dataset.side !== "rail";
  root.dataset.side = folded ? "rail" : "wide";
  try {
    localStorage.setItem("tujing-side", root.dataset.side);
  } catch {
    // then it lasts for this page
  }
});

const drawer = document.getElementById("drawer");
function openDrawer(open) {
  document.getElementById("frame").classList.toggle("drawer-open", open);
  drawer.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#side a")?.focus();
  else drawer.focus();
}
drawer?.addEventListener("click", () => openDrawer(drawer.getAttribute("aria-expanded") !== "true"));
document.addEventListener("click", (event) => {
  if (drawer?.getAttribute("aria-expanded") === "true" && !event.target.closest("#side, #drawer")) openDrawer(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer?.getAttribute("aria-expanded") === "true") openDrawer(false);
});

// Within 100 ms of a click something moves. What asks by itself (the bell, a palette) stays quiet.
const line = document.getElementById("busy");
let busy = 0;
function work(change) {
  busy = Math.max(busy + change, 0);
  line?.classList.toggle("on", busy > 0);
}
const loud = (event) => !event.detail.elt.closest("[data-quiet]") && !/every/.test(event.detail.elt.getAttribute("hx-trigger") ?? "");
document.addEventListener("htmx:beforeRequest", (event) => loud(event) && work(1));
document.addEventListener("htmx:afterRequest", (event) => loud(event) && work(-1));
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method !== "dialog" && !event.target.matches("[hx-post], [hx-get]")) work(1);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const leaves = link && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !link.target
    && !link.hasAttribute("download") && link.origin === location.origin && link.pathname !== location.pathname && !/\.\w{2,5}$/.test(link.pathname);
  if (leaves) work(1);
});
window.addEventListener("pageshow", () => work(-busy));

const away = document.getElementById("offline");
const tell = (gone) => away && (away.hidden = !gone);
document.addEventListener("htmx:sendError", () => tell(true));
document.addEventListener("htmx:afterOnLoad", () => tell(false));
window.addEventListener("offline", () => tell(true));
window.addEventListener("online", () => tell(false));

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  // A click on the dark round a dialog closes it.
  if (event.target.matches("dialog.sheet, dialog.palette")) event.target.close();
});
