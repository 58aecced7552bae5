// Bars over time in plain SVG: baseline, links, critical chain, expected end, today; dragged or moved by arrow keys.
//
// {rows: [{id, name, url, start, end, baseline: [start, end], forecast, progress, critical, faint, gate, needs: [id], detail}],
//  today, end, seen, url, words}; days are ISO text, a last day counts as a whole. With `url` the bars can be moved.

const ROW = 30;
const HEAD = 34;
const DAY = 86400000;
const NS = "http://www.w3.org/2000/svg";

const stamp = (text) => Date.parse(`${text}T00:00:00Z`) / DAY;
const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);

function make(name, attributes = {}, ...children) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function gantts(root) {
  for (const place of root.querySelectorAll("[data-gantt]:not([data-ready])")) {
    const source = document.getElementById(place.dataset.gantt);
    if (source) new Gantt(place, JSON.parse(source.textContent));
    place.dataset.ready = "true";
  }
}

class Gantt {
  constructor(place, chart) {
    this.place = place;
    this.chart = chart;
    const days = chart.rows.flatMap((row) => [row.start, row.end, row.forecast, ...(row.baseline ?? [])]).filter(Boolean).map(stamp);
    this.first = Math.min(...days) - 3;
    this.last = Math.max(...days) + 4;
    this.tip = Object.assign(document.createElement("div"), { className: "gantt-tip" });
    this.tip.setAttribute("aria-live", "polite");
    const names = Object.assign(document.createElement("ol"), { className: "gantt-names" });
    names.append(...chart.rows.map((row) => this.name(row)));
    this.time = Object.assign(document.createElement("div"), { className: "gantt-time" });
    place.append(names, this.time);
    place.after(this.tip);
    const room = Math.max(place.clientWidth - names.offsetWidth - 4, 420);
    this.scale = Math.max(room / (this.last - this.first), chart.end ? 1.2 : 0.4);
    this.time.append(this.draw());
    this.say(chart.url ? chart.words.hint : "");
    document.addEventListener("refused", () => this.reset());
  }

  x(day) {
    return (day - this.first) * this.scale;
  }

  name(row) {
    const item = document.createElement("li");
    item.title = row.name;
    if (row.url) item.append(Object.assign(document.createElement("a"), { href: row.url, textContent: row.name }));
    else item.textContent = row.name;
    return item;
  }

  say(words) {
    this.tip.textContent = words;
  }

  draw() {
    const height = HEAD + ROW * this.chart.rows.length;
    const svg = make("svg", { width: this.x(this.last), height, role: "presentation" });
    svg.append(...this.grid(height));
    this.places = new Map(this.chart.rows.map((row, place) => [row.id, place]));
    svg.append(...this.chart.rows.flatMap((row) => this.links(row)));
    this.bars = this.chart.rows.map((row, place) => this.bar(row, place));
    svg.append(...this.bars.map((bar) => bar.node), ...this.now(height));
    return svg;
  }

  grid(height) {
    const nodes = [];
    const months = (this.last - this.first) / 30.4;
    const step = Math.max(Math.ceil((months * 52) / ((this.last - this.first) * this.scale)), 1);
    const at = new Date(this.first * DAY);
    at.setUTCDate(1);
    for (let count = 0; at.getTime() / DAY < this.last; at.setUTCMonth(at.getUTCMonth() + 1), count += 1) {
      const day = at.getTime() / DAY;
      if (day < this.first || at.getUTCMonth() % step) continue;
      const x = this.x(day);
      nodes.push(make("line", { class: "tick", x1: x, x2: x, y1: 16, y2: height }));
      nodes.push(make("text", { x: x + 3, y: 26 }, at.toISOString().slice(0, 7)));
    }
    for (let row = 1; row <= this.chart.rows.length; row += 1) {
      const y = HEAD + row * ROW - 0.5;
      nodes.push(make("line", { class: "row-line-svg", x1: 0, x2: this.x(this.last), y1: y, y2: y }));
    }
    return nodes;
  }

  now(height) {
    const nodes = [];
    const today = stamp(this.chart.today);
    if (today >= this.first && today <= this.last) {
      const x = this.x(today + 0.5);
      nodes.push(make("line", { class: "now", x1: x, x2: x, y1: 12, y2: height }));
      nodes.push(make("text", { class: "now-word", x, y: 10, "text-anchor": "middle" }, this.chart.words.today));
    }
    if (this.chart.end) {
      const x = this.x(stamp(this.chart.end) + 1);
      nodes.push(make("line", { class: "project-end", x1: x, x2: x, y1: HEAD, y2: height }));
    }
    return nodes;
  }

  // From the end of what is needed to the start of who needs it; round the back where that starts earlier.
  links(row) {
    const to = this.places.get(row.id);
    return row.needs.filter((id) => this.places.has(id)).flatMap((id) => {
      const from = this.places.get(id);
      const x1 = this.x(stamp(this.chart.rows[from].end) + 1);
      const x2 = this.x(stamp(row.start));
      const y1 = HEAD + from * ROW + 12;
      const y2 = HEAD + to * ROW + 12;
      const turn = Math.min(x1 + 5, x2 - 5);
      const path = x2 - x1 > 9
        ? `M${x1} ${y1} H${turn} V${y2} H${x2 - 3}`
        : `M${x1} ${y1} h4 V${y2 - Math.sign(to - from) * 11} H${x2 - 8} V${y2} H${x2 - 3}`;
      return [
        make("path", { class: "link", d: path }),
        make("path", { class: "link-head", d: `M${x2} ${y2} l-5 -3 v6 z` }),
      ];
    });
  }

  bar(row, place) {
    const node = make("g", { class: "bar" });
    const bar = { row, place, node, start: stamp(row.start), end: stamp(row.end) };
    node.classList.toggle("is-critical", Boolean(row.critical));
    node.classList.toggle("is-faint", Boolean(row.faint));
    this.paint(bar);
    const told = [row.name, `${row.start} – ${row.end}`, row.forecast ? `${this.chart.words.expected} ${row.forecast}` : "", row.detail ?? ""];
    node.append(make("title", {}, told.filter(Boolean).join("\n")));
    if (this.chart.url) this.editable(bar);
    return bar;
  }

  paint(bar) {
    const { row, node } = bar;
    const y = HEAD + bar.place * ROW;
    const x = this.x(bar.start);
    const width = Math.max((bar.end + 1 - bar.start) * this.scale, 2);
    for (const old of node.querySelectorAll("rect, line, path")) old.remove();
    if (row.baseline) {
      const from = this.x(stamp(row.baseline[0]));
      const to = this.x(stamp(row.baseline[1]) + 1);
      node.append(make("rect", { class: "base", x: from, y: y + 23, width: Math.max(to - from, 1), height: 3 }));
    }
    node.append(make("rect", { class: "plan", x, y: y + 5, width, height: 15, rx: 2 }));
    if (row.progress) node.append(make("rect", { class: "part", x, y: y + 5, width: width * Math.min(row.progress, 1), height: 15, rx: 2 }));
    if (row.forecast && stamp(row.forecast) > bar.end) {
      node.append(make("line", { class: "late", x1: x + width, x2: this.x(stamp(row.forecast) + 1), y1: y + 12, y2: y + 12 }));
    }
    if (row.gate) node.append(make("path", { class: "gate", d: `M${x + width} ${y + 5} l7 7 l-7 7 l-7 -7 z` }));
    if (this.chart.url) node.append(make("rect", { class: "grip", x: x + width - 5, y: y + 3, width: 10, height: 19 }));
  }

  editable(bar) {
    const { node, row } = bar;
    node.classList.add("is-editable");
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "slider");
    node.setAttribute("aria-label", row.name);
    this.tell(bar);
    node.addEventListener("focus", () => this.say(`${row.name}: ${iso(bar.start)} – ${iso(bar.end)}. ${this.chart.words.hint}`));
    node.addEventListener("keydown", (event) => this.key(event, bar));
    node.addEventListener("blur", () => this.save(bar));
    node.addEventListener("pointerdown", (event) => this.drag(event, bar));
  }

  tell(bar) {
    bar.node.setAttribute("aria-valuenow", bar.start);
    bar.node.setAttribute("aria-valuetext", `${iso(bar.start)} – ${iso(bar.end)}`);
  }

  change(bar, start, end) {
    [bar.start, bar.end] = [start, Math.max(end, start)];
    this.paint(bar);
    this.tell(bar);
    bar.node.classList.toggle("is-changed", this.isChanged(bar));
    this.say(`${bar.row.name}: ${iso(bar.start)} – ${iso(bar.end)}`);
  }

  isChanged(bar) {
    return bar.start !== stamp(bar.row.start) || bar.end !== stamp(bar.row.end);
  }

  key(event, bar) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) this.change(bar, event.shiftKey ? bar.start : bar.start + step, bar.end + step);
    else if (event.key === "Enter") this.save(bar);
    else if (event.key === "Escape") this.change(bar, stamp(bar.row.start), stamp(bar.row.end));
    else return;
    event.preventDefault();
  }

  drag(event, bar) {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.node.focus();
    const resizes = event.target.classList.contains("grip");
    const from = event.clientX;
    const [start, end] = [bar.start, bar.end];
    bar.node.setPointerCapture(event.pointerId);
    const follow = (move) => {
      const days = Math.round((move.clientX - from) / this.scale);
      this.change(bar, resizes ? start : start + days, end + days);
    };
    const drop = () => {
      bar.node.removeEventListener("pointermove", follow);
      this.save(bar);
    };
    bar.node.addEventListener("pointermove", follow);
    bar.node.addEventListener("pointerup", drop, { once: true });
    bar.node.addEventListener("pointercancel", drop, { once: true });
  }

  save(bar) {
    if (!this.isChanged(bar) || this.saving) return;
    this.saving = true;
    const values = { seen: this.chart.seen, number: bar.row.id, start: iso(bar.start), end: iso(bar.end) };
    window.htmx.ajax("POST", this.chart.url, { values, target: "#plan", swap: "innerHTML" }).finally(() => {
      this.saving = false;
    });
  }

  // Somebody else's change, or a rule, stood in the way: the bars go back to what the server last said.
  reset() {
    for (const bar of this.bars) if (this.isChanged(bar)) this.change(bar, stamp(bar.row.start), stamp(bar.row.end));
  }
}
