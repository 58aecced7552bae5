// Sets light or dark, and the folded menu, before the page is painted; loaded in the head, so it is small and alone.
const KEY = "tujing-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
let wish = kept() ?? "system";

// Storage may be forbidden; then a choice lasts as long as the page.
function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function apply() {
  const theme = wish === "system" ? (system.matches ? "dark" : "light") : wish;
  root.dataset.themeWish = wish;
  if (root.dataset.bsTheme === theme) return;
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("tujing:theme", { detail: theme }));
}

function choose(wished) {
  wish = wished;
  try {
    localStorage.setItem(KEY, wish);
  } catch {
    // see kept()
  }
  apply();
}

apply();
// The menu folded to its icons, as it was left.
try {
  root.dataset.side = localStorage.getItem("tujing-side") ?? "wide";
} catch {
  root.dataset.side = "wide";
}
system.addEventListener("change", apply);
window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  wish = kept() ?? "system";
  apply();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-theme]");
  if (button) choose(button.dataset.theme);
});
