// The tour: a ring round something on a real page, words beside it, on to the next page; Esc ends it for good.
const KEY = "tujing-tour";
const body = document.body;
let steps = [];
let ring;
let card;

function at() {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? null : Number(kept);
}

async function start(index) {
  if (!body.dataset.tourSteps) return;
  sessionStorage.setItem(KEY, String(index));
  const answer = await fetch(body.dataset.tourSteps);
  if (!answer.ok) return;
  const told = await answer.json();
  steps = told.steps;
  show(told.words);
}

function go(index) {
  if (index < 0) return;
  if (index >= steps.length) return end();
  sessionStorage.setItem(KEY, String(index));
  if (steps[index].url !== location.pathname) location.assign(steps[index].url);
  else fill(index);
}

function end() {
  sessionStorage.removeItem(KEY);
  ring?.remove();
  card?.remove();
  document.removeEventListener("keydown", press, true);
  window.removeEventListener("resize", place);
  window.removeEventListener("scroll", place);
  window.htmx.ajax("POST", body.dataset.tourEnded, { swap: "none" });
}

function show(words) {
  const index = at();
  const step = steps[index];
  if (!step) return end();
  // Somebody went elsewhere in the middle of it: that is where they want to be.
  if (step.url !== location.pathname) return sessionStorage.removeItem(KEY);
  ring = document.createElement("div");
  ring.className = "tour-ring";
  card = document.createElement("section");
  card.className = "tour-card";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-labelledby", "tour-title");
  card.innerHTML = '<h2 id="tour-title" tabindex="-1"></h2><p></p><div><span></span><button type="button" class="btn btn-sm btn-ghost-secondary"></button><button type="button" class="btn btn-sm"></button><button type="button" class="btn btn-sm btn-primary"></button></div>';
  const [skip, back, on] = card.querySelectorAll("button");
  [skip.textContent, back.textContent, on.textContent] = [words.skip, words.back, words.next];
  skip.addEventListener("click", end);
  back.addEventListener("click", () => go(at() - 1));
  on.addEventListener("click", () => go(at() + 1));
  card.dataset.done = words.done;
  card.dataset.next = words.next;
  body.append(ring, card);
  document.addEventListener("keydown", press, true);
  window.addEventListener("resize", place);
  window.addEventListener("scroll", place, { passive: true });
  fill(index);
}

function fill(index) {
  const step = steps[index];
  card.querySelector("h2").textContent = step.title;
  card.querySelector("p").textContent = step.words;
  card.querySelector("span").textContent = `${index + 1} / ${steps.length}`;
  const [, back, on] = card.querySelectorAll("button");
  back.disabled = index === 0;
  on.textContent = index === steps.length - 1 ? card.dataset.done : card.dataset.next;
  document.querySelector(step.at)?.scrollIntoView({ block: "center" });
  place();
  card.querySelector("h2").focus({ preventScroll: true });
}

function place() {
  const target = document.querySelector(steps[at()]?.at)?.getBoundingClientRect();
  ring.hidden = !target;
  card.classList.toggle("centred", !target);
  if (!target) return;
  const edge = 6;
  const top = Math.max(target.top - edge, edge);
  const bottom = Math.min(target.bottom + edge, innerHeight - edge);
  Object.assign(ring.style, {
    left: `${Math.max(target.left - edge, edge)}px`, top: `${top}px`,
    width: `${Math.min(target.width + 2 * edge, innerWidth - 2 * edge)}px`, height: `${Math.max(bottom - top, 0)}px`,
  });
  const high = card.offsetHeight;
  const below = bottom + 12 + high < innerHeight;
  const above = top - 12 - high > 0;
  const y = below ? bottom + 12 : above ? top - 12 - high : innerHeight - high - 16;
  const x = Math.min(Math.max(target.left, 12), innerWidth - card.offsetWidth - 12);
  Object.assign(card.style, { top: `${y}px`, left: `${x}px` });
}

function press(event) {
  if (event.key === "Escape") end();
  else if (event.key === "ArrowRight") go(at() + 1);
  else if (event.key === "ArrowLeft") go(at() - 1);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-tour-start]")) {
    sessionStorage.setItem(KEY, "0");
    location.assign(body.dataset.home);
  }
});

if (at() !== null) start(at());
else if (document.querySelector("[data-tour-now]")) start(0);
