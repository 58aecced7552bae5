// Asks every few seconds what others answered meanwhile, and shows it where nothing of one's own is on its way.
import { formOf, isWaiting, take } from "./answering.js";

const EVERY = 6000;

export function live() {
  const place = document.querySelector("[data-state]");
  if (!place) return;
  let last = Number(place.dataset.last);
  document.addEventListener("answered", ({ detail }) => {
    // One's own answer is known; what others did between is asked for all the same.
    if (detail.last === last + 1) last = detail.last;
  });
  setInterval(async () => {
    if (document.hidden) return;
    let told;
    try {
      const reply = await fetch(`${place.dataset.state}?after=${last}`, { headers: { Accept: "application/json" } });
      if (!reply.ok) return;
      told = await reply.json();
    } catch {
      return; // the next round asks again
    }
    if (!told.last) return;
    last = told.last;
    for (const change of told.changes) {
      const form = formOf(change.question);
      if (!form || isWaiting(change.question) || form.querySelector(".conflict") || form.dataset.seen === change.seen) continue;
      take(form, { ...change, answered: told.answered, complete: told.complete });
    }
  }, EVERY);
}
