// A reviewer walks the answers: accept, lower or ask, by key or button.
import { isFrames } from "./keys.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

export function review() {
  const place = document.getElementById("review");
  if (!place) return;
  const cards = [...place.querySelectorAll("[data-card]")];
  const say = document.getElementById("review-say");
  let now = 0;

  place.classList.add("flash-on");
  go(Math.max(0, cards.findIndex((card) => card.dataset.card === place.dataset.start)), false);

  function go(index, focus = true) {
    now = Math.max(0, Math.min(index, cards.length - 1));
    for (const card of cards) card.hidden = card !== cards[now];
    for (const dot of place.querySelectorAll(".dot")) dot.toggleAttribute("aria-current", dot.dataset.go === cards[now]?.dataset.card);
    if (focus) cards[now]?.focus({ preventScroll: true });
  }

  // To lower, or to ask, needs words: the form opens at its field first.
  function choose(verdict) {
    const form = cards[now]?.querySelector("form.verdict");
    const radio = form?.querySelector(`input[value="${verdict}"]`);
    if (!radio || radio.matches(":disabled")) return;
    radio.checked = true;
    form.dataset.verdict = verdict;
    if (verdict === "accepted") form.requestSubmit();
    else form.querySelector("textarea").focus();
  }

  place.addEventListener("change", (event) => {
    if (event.target.name === "verdict") event.target.form.dataset.verdict = event.target.value;
  });

  place.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form.verdict")) return;
    event.preventDefault();
    const told = form.querySelector("[data-told]");
    const reply = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json", "X-CSRFToken": csrf } });
    const json = reply.headers.get("content-type")?.includes("json") ? await reply.json() : {};
    told.textContent = reply.ok ? `✓ ${json.name}` : (json.problems ?? [reply.statusText]).join(" ");
    told.className = reply.ok ? "saved good" : "saved bad";
    if (!reply.ok) return;
    say.textContent = json.name;
    const dot = place.querySelector(`.dot[data-go="${CSS.escape(form.dataset.question)}"]`);
    dot.className = `dot dot-${json.verdict}`;
    for (const [verdict, count] of Object.entries(json.counts)) {
      const shown = place.querySelector(`[data-verdicts="${verdict}"]`);
      if (shown) shown.textContent = count;
    }
    go(now + 1);
  });

  place.addEventListener("click", (event) => {
    const dot = event.target.closest("[data-go]");
    if (dot) go(cards.findIndex((card) => card.dataset.card === dot.dataset.go));
    const deed = event.target.closest("[data-do]")?.dataset.do;
    if (deed === "next") go(now + 1);
    if (deed === "previous") go(now - 1);
  });

  const KEYS = { a: "accepted", l: "rejected", q: "more" };
  window.addEventListener("keydown", (event) => {
    if (isFrames(event) || document.querySelector("dialog[open]")) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) {
      // Ctrl-free way out of the words: Escape goes back to the card, then keys work again.
      if (event.key === "Escape") cards[now].focus();
      return;
    }
    if (event.key === "ArrowRight" || (event.key === "Enter" && !event.target.closest("button, a, summary, input"))) go(now + 1);
    else if (event.key === "ArrowLeft") go(now - 1);
    else if (event.key.toLowerCase() === "e") cards[now].querySelector("[data-do=evidence]")?.click();
    else if (KEYS[event.key.toLowerCase()]) choose(KEYS[event.key.toLowerCase()]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true); // before the frame's own keys
}
