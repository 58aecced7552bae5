// The one box over everything. The server finds; here one chooses, and what was opened lately is kept.
const KEPT = 8;
const palette = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
// By person and company: on a shared machine nobody sees what another looked at.
const KEY = `tujing-recent-${palette?.dataset.recent}`;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function keep() {
  if (!palette || location.pathname === "/" || location.pathname.startsWith("/search")) return;
  const name = document.querySelector(".crumbs li:last-child")?.textContent.trim();
  if (!name) return;
  const others = kept().filter((one) => one.url !== location.pathname);
  try {
    localStorage.setItem(KEY, JSON.stringify([{ name, url: location.pathname }, ...others].slice(0, KEPT)));
  } catch {
    // without storage nothing is kept
  }
}

function showRecent() {
  const group = document.getElementById("palette-recent").content.cloneNode(true).firstElementChild;
  for (const one of kept()) {
    const link = document.createElement("a");
    link.className = "found";
    link.setAttribute("role", "option");
    link.tabIndex = -1;
    link.href = one.url;
    const name = document.createElement("span");
    name.textContent = one.name;
    link.append(name);
    group.append(link);
  }
  list.replaceChildren(...(group.querySelector("a") ? [group] : []));
  choose(0);
}

const options = () => [...list.querySelectorAll(".found")];

function choose(index) {
  const all = options();
  if (!all.length) return input.removeAttribute("aria-activedescendant");
  const at = (index + all.length) % all.length;
  all.forEach((one, place) => {
    one.id = `found-${place}`;
    one.setAttribute("aria-selected", String(place === at));
  });
  input.setAttribute("aria-activedescendant", all[at].id);
  all[at].scrollIntoView({ block: "nearest" });
}

export function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  input.select();
  if (!input.value) showRecent();
}

keep();
document.getElementById("search-open")?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette();
});
list?.addEventListener("htmx:afterSwap", () => (input.value.trim() ? choose(0) : showRecent()));
// While the server looks, what is on the list belongs to what was typed before: Enter then opens the page of results.
input?.addEventListener("input", () => options().forEach((one) => one.setAttribute("aria-selected", "false")));
list?.addEventListener("pointermove", (event) => {
  const over = event.target.closest(".found");
  if (over && over.getAttribute("aria-selected") !== "true") choose(options().indexOf(over));
});
input?.addEventListener("keydown", (event) => {
  const at = options().findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(at + 1);
  else if (event.key === "ArrowUp") choose(at - 1);
  else if (event.key === "Enter" && at >= 0) options()[at].click();
  else if (event.key === "Escape") palette.close(); // a search field would only be emptied by it
  else return;
  event.preventDefault();
});
