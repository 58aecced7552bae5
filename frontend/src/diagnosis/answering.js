// Sends an answer as soon as it is picked. What is picked shows at once; the server's word follows.
// One request a question at a time: a second change waits for the first and carries what that one stored.
const words = document.getElementById("answer-words")?.dataset ?? {};
const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const RETRY = 3000;
const done = []; // {question, before, after}: what undo takes back, the last one last
const waiting = new Map(); // question → the next thing to send

export const formOf = (question) => document.querySelector(`form.answer[data-question="${CSS.escape(question)}"]`);
export const isWaiting = (question) => waiting.has(question);
export const isAnswered = (form) => form.dataset.seen !== "null";

export function answering() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.answer");
    if (!form) return;
    settle(form, event.target);
    save(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.answer")) return;
    event.preventDefault();
    save(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
}

// "None of these" cannot stand beside another; a figure and a choice exclude each other.
function settle(form, input) {
  const inputs = [...form.querySelectorAll("input[name=choice]")];
  const number = form.querySelector("input[name=number]");
  if (input.name === "number" && input.value) for (const one of inputs) one.checked = false;
  if (input.name === "choice" && number) number.value = "";
  if (input.type !== "checkbox" || !input.checked) return;
  for (const one of inputs) {
    if (one !== input && (input.hasAttribute("data-alone") || one.hasAttribute("data-alone"))) one.checked = false;
  }
}

export function save(form, extra = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  put(form, body);
}

function put(form, body) {
  const question = form.dataset.question;
  const running = waiting.has(question);
  waiting.set(question, body);
  status(question, words.saving);
  if (!running) send(form);
}

async function send(form) {
  const question = form.dataset.question;
  while (waiting.has(question)) {
    const body = waiting.get(question);
    const before = form.dataset.seen;
    body.set("seen", before);
    const answer = await post(form.action, body);
    if (answer === null) {
      status(question, words.waiting, "bad");
      await new Promise((go) => setTimeout(go, RETRY));
      continue;
    }
    const newer = waiting.get(question) !== body;
    if (answer.status === 409) {
      waiting.delete(question);
      conflict(form, answer.told, body);
    } else if (answer.status >= 400) {
      waiting.delete(question);
      status(question, `${words.refused}: ${(answer.told?.problems ?? [""]).join(" ")}`, "bad");
      trouble(question);
      show(form, { seen: before, picked: form.dataset.picked?.split("\n"), number: form.dataset.number });
    } else {
      if (!newer) waiting.delete(question);
      if (!body.has("undoing") && before !== answer.told.seen) done.push({ question, before, after: answer.told.seen });
      take(form, answer.told, !newer);
    }
  }
}

// Returns status and JSON, or null where the server cannot be reached.
async function post(address, body) {
  try {
    const reply = await fetch(address, {
      method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": csrf }, credentials: "same-origin",
    });
    if (reply.status >= 500) return null;
    const json = reply.headers.get("content-type")?.includes("json") ?? false;
    return { status: json ? reply.status : 422, told: json ? await reply.json() : null };
  } catch {
    return null;
  }
}

// Takes in what the server holds. While a newer pick waits, what is picked on the page stays.
export function take(form, told, redraw = true) {
  form.dataset.seen = told.seen;
  if (redraw) show(form, told);
  status(told.question, `✓ ${told.by} ${told.at}`, "good");
  for (const place of document.querySelectorAll(`[data-spoken="${CSS.escape(told.question)}"]`)) place.textContent = told.spoken;
  document.dispatchEvent(new CustomEvent("answered", { detail: told }));
}

function show(form, told) {
  const picked = told.picked ?? [];
  for (const input of form.querySelectorAll("input[name=choice]")) input.checked = picked.includes(input.value);
  const number = form.querySelector("input[name=number]");
  if (number) number.value = picked.length ? "" : (told.number ?? "");
  form.dataset.picked = picked.join("\n");
  form.dataset.number = told.number ?? "";
}

function status(question, text, kind = "") {
  for (const place of document.querySelectorAll(`[data-saved="${CSS.escape(question)}"]`)) {
    place.textContent = text;
    place.className = `saved ${kind}`;
  }
}

// Somebody answered meanwhile: both answers are shown, and a person says which stands.
function conflict(form, theirs, body) {
  form.querySelector(".conflict")?.remove();
  status(theirs.question, "");
  const box = document.getElementById("conflict-words").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-by]").textContent = theirs.by;
  box.querySelector("[data-theirs]").textContent = theirs.spoken || "–";
  box.querySelector("[data-at]").textContent = theirs.at;
  box.querySelector("[data-keep]").addEventListener("click", () => {
    box.remove();
    take(form, theirs);
  });
  box.querySelector("[data-mine]").addEventListener("click", () => {
    box.remove();
    form.dataset.seen = theirs.seen;
    put(form, body);
  });
  form.append(box);
  trouble(theirs.question);
  form.closest("details")?.setAttribute("open", "");
  box.querySelector("button").focus();
}

// Brings a question back before the eyes: whoever answers by key has gone on by now.
function trouble(question) {
  document.dispatchEvent(new CustomEvent("trouble", { detail: question }));
}

// Puts the last answer of this page back to what it was; returns its question, or nothing.
export function undo() {
  const last = done.pop();
  if (!last) return "";
  const form = formOf(last.question);
  form.dataset.seen = last.after;
  const body = new FormData();
  body.set("value", last.before);
  body.set("undoing", "1");
  put(form, body);
  return last.question;
}

// How far the questionnaire is, wherever a page shows it.
document.addEventListener("answered", ({ detail }) => {
  if (detail.answered === undefined) return;
  for (const place of document.querySelectorAll("[data-progress]")) {
    place.querySelector("progress").value = detail.answered;
    place.querySelector("[data-answered]").textContent = detail.answered;
    const button = place.querySelector("#submit");
    if (!button) continue;
    button.disabled = !detail.complete;
    if (detail.complete) button.removeAttribute("title");
  }
});
