// After an @ in a text that has data-mention, the colleagues whose account or name holds what follows it.
const TYPED = /(?:^|[^\w@])@([^\s@]{0,30})$/;
let list;
let place;
let asked = 0;

function close() {
  list?.remove();
  place?.removeAttribute("aria-activedescendant");
  list = undefined;
}

function typed(area) {
  return area.value.slice(0, area.selectionStart).match(TYPED)?.[1];
}

async function offer(area) {
  const wish = typed(area);
  if (wish === undefined) return close();
  const mine = ++asked;
  const answer = await fetch(`${area.dataset.mention}?q=${encodeURIComponent(wish)}`);
  if (!answer.ok || mine !== asked) return;
  const { people } = await answer.json();
  close();
  if (!people.length || typed(area) === undefined) return;
  place = area;
  list = document.createElement("ul");
  list.className = "mention-list";
  list.id = "mention-list";
  list.setAttribute("role", "listbox");
  people.forEach((one, index) => {
    const line = document.createElement("li");
    line.id = `mention-${index}`;
    line.setAttribute("role", "option");
    line.dataset.account = one.account;
    line.textContent = one.name === one.account ? one.account : `${one.name} · ${one.account}`;
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(line);
    });
    list.append(line);
  });
  area.after(list);
  area.setAttribute("aria-controls", "mention-list");
  select(0);
}

function select(index) {
  const lines = [...list.children];
  const at = (index + lines.length) % lines.length;
  lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === at)));
  place.setAttribute("aria-activedescendant", lines[at].id);
}

function take(line) {
  const before = place.value.slice(0, place.selectionStart).replace(/@[^\s@]*$/, `@${line.dataset.account} `);
  const after = place.value.slice(place.selectionStart);
  place.value = before + after;
  place.setSelectionRange(before.length, before.length);
  close();
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-mention]")) offer(event.target);
});
document.addEventListener("focusout", close);
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-mention]")) return;
  if (!list) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
    return;
  }
  const chosen = [...list.children].findIndex((line) => line.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") select(chosen + 1);
  else if (event.key === "ArrowUp") select(chosen - 1);
  else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
