// One question at a time. Every key has a button; the card that shows has the focus, so that a screen reader reads it.
import { formOf, isAnswered, save, undo } from "./answering.js";
import { isFrames } from "./keys.js";
import { comment, open } from "./panel.js";

const ONWARD = 220; // ms that a pick by key stands before the next card comes
const LEAST = 3; // answers after which one's own pace counts, not the assumed one

export function flash() {
  const place = document.getElementById("flash");
  if (!place) return;
  const cards = [...place.querySelectorAll("[data-card]")];
  const asked = cards.filter((card) => card.dataset.card !== "end");
  const words = document.getElementById("answer-words").dataset;
  const say = (text) => { document.getElementById("flash-say").textContent = text; };
  const started = Date.now();
  let now = -1;
  let given = 0;
  let onward = 0;

  place.classList.add("flash-on");
  go(cards.findIndex((card) => card.dataset.card === place.dataset.start), false);
  measure();

  function go(index, focus = true) {
    clearTimeout(onward);
    now = Math.max(0, Math.min(index, cards.length - 1));
    for (const card of cards) card.hidden = card !== cards[now];
    for (const dot of place.querySelectorAll(".dot")) dot.toggleAttribute("aria-current", dot.dataset.go === cards[now].dataset.card);
    if (cards[now].dataset.card === "end") ended();
    if (focus) {
      cards[now].focus({ preventScroll: true });
      cards[now].scrollIntoView({ block: "nearest" });
    }
  }

  const isOpen = (card) => !isAnswered(card.querySelector("form.answer")) && !card.querySelector("fieldset").disabled;

  function ended() {
    const left = asked.filter(isOpen);
    cards[now].querySelector("[data-end=complete]").hidden = left.length > 0;
    cards[now].querySelector("[data-end=open]").hidden = left.length === 0;
    cards[now].querySelector("[data-do=next]").hidden = left.length === 0;
  }

  function next() {
    if (cards[now].dataset.card !== "end") return go(now + 1);
    const left = asked.find(isOpen);
    if (left) go(cards.indexOf(left));
  }

  // The ring, the minutes left at one's own pace, the dots.
  function measure() {
    const forms = asked.map((card) => card.querySelector("form.answer"));
    const answered = forms.filter(isAnswered).length;
    document.getElementById("ring-arc").setAttribute("stroke-dasharray", `${(100 * answered) / forms.length} 100`);
    document.getElementById("ring-words").textContent = `${answered}/${forms.length}`;
    const pace = given >= LEAST ? (Date.now() - started) / 1000 / given : Number(place.dataset.seconds);
    const minutes = Math.ceil(((forms.length - answered) * pace) / 60);
    document.getElementById("flash-left").textContent = minutes ? `≈ ${minutes} ${words.minutes}` : "";
    forms.forEach((form) => place.querySelector(`.dot[data-go="${CSS.escape(form.dataset.question)}"]`).classList.toggle("dot-done", isAnswered(form)));
  }

  document.addEventListener("answered", ({ detail }) => {
    if (detail.by === words.you) given += 1;
    measure();
    if (detail.question === cards[now].dataset.card) say(`${words.saved}: ${detail.spoken}`);
  });

  document.addEventListener("trouble", ({ detail }) => go(cards.findIndex((card) => card.dataset.card === detail)));

  const deeds = {
    next,
    previous: () => go(now - 1),
    help: () => document.getElementById("help").showModal(),
    jump: () => {
      document.getElementById("jump").showModal();
      document.getElementById("jump-words").select();
    },
    evidence: () => open(cards[now].querySelector("[data-do=evidence]")),
    comment: () => comment(cards[now].querySelector("[data-do=evidence]")),
    measured: () => save(formOf(cards[now].dataset.card), { measured: "1" }),
    undo: () => {
      const question = undo();
      say(question ? words.undone : words.nothing);
      if (question) go(cards.findIndex((card) => card.dataset.card === question));
    },
    nothing: () => {
      const form = cards[now].querySelector("form.answer");
      for (const input of form.querySelectorAll("input[name=choice]")) input.checked = form.dataset.nothing === input.value;
      save(form);
      onward = setTimeout(next, ONWARD);
    },
  };

  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    // The evidence button is the panel's own.
    if (button && button.dataset.do !== "evidence") deeds[button.dataset.do]?.();
  });
  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-go]");
    if (!to) return;
    document.getElementById("jump").close();
    go(cards.findIndex((card) => card.dataset.card === to.dataset.go));
  });

  const KEYS = { ArrowRight: "next", ArrowLeft: "previous", Enter: "next", "/": "jump", "?": "help", e: "evidence", c: "comment", d: "measured", n: "nothing", u: "undo" };
  window.addEventListener("keydown", (event) => {
    if (isFrames(event) || document.querySelector("dialog[open]")) return;
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (typing && event.key !== "Enter") return;
    // Enter on a button or link is that button's; up and down stay the radio buttons' own.
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    if (/^[0-9]$/.test(event.key)) return pick(Number(event.key) || 10, event);
    const deed = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const button = deed && cards[now].querySelector(`[data-do="${deed}"]`);
    // What a card has no button for cannot be done there.
    if (!deed || (["measured", "nothing", "evidence", "comment"].includes(deed) && !button)) return;
    event.preventDefault();
    event.stopPropagation();
    if (typing) event.target.blur(); // a figure is sent when its field is left
    deeds[deed]();
  }, true); // before the frame's own keys: here / jumps to a question, and ? tells this page's keys

  function pick(place, event) {
    const input = cards[now].querySelectorAll("input[name=choice]")[place - 1];
    if (!input || input.matches(":disabled")) return;
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(onward);
    // A radio button that is picked already sends nothing; one goes on all the same.
    if (!(input.type === "radio" && input.checked)) input.click();
    if (input.type === "radio") onward = setTimeout(next, ONWARD);
  }

  // Typing narrows the list to jump in; Enter takes the first.
  const search = document.getElementById("jump-words");
  search.addEventListener("input", () => {
    const wish = search.value.trim().toLowerCase();
    for (const line of document.querySelectorAll(".jump-list li")) line.hidden = !line.textContent.toLowerCase().includes(wish);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    document.querySelector(".jump-list li:not([hidden]) button")?.click();
  });
}
