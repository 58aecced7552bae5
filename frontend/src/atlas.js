// The map: positions come from the server and never move, so that people remember where a scenario is.
import cytoscape from "cytoscape";

import { onTheme, token } from "./shell/colours.js";

const place = document.getElementById("atlas");
const { nodes, edges, bands, heads, chip, selected } = JSON.parse(document.getElementById("atlas-data").textContent);
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Names of the tokens that colour a scenario by readiness and by stage.
const FILL = { ready: "ready", part: "part", none: "panel" };
const LINE = { in_use: "chart-1", evaluated: "chart-1", implementing: "chart-6", planned: "chart-2" };
const chinese = document.documentElement.lang.startsWith("zh");
// On a full map all arrows at once are a tangle: they stay faint until a scenario is chosen, and then only its own show.
const many = edges.length > 150;
const FONT = getComputedStyle(document.body).fontFamily;

// Cytoscape would add a <style>, which the content security policy blocks; its one rule is in our sheet. Finding an
// element of this id it does not try.
const sheet = document.createElement("meta");
sheet.id = "__________cytoscape_stylesheet";
document.head.append(sheet);

const elements = [
  ...bands.map((one) => ({ data: { id: `band:${one.id}`, label: one.label, width: one.width, height: one.height }, position: { x: one.x, y: one.y }, classes: "band", grabbable: false, selectable: false })),
  ...heads.map((one) => ({ data: { id: `head:${one.id}`, label: one.label, colour: one.colour, width: one.width }, position: { x: one.x, y: one.y }, classes: "head", grabbable: false, selectable: false })),
  ...nodes.map((one) => ({
    data: { id: one.id, label: one.label, url: one.url, fill: FILL[one.readiness], line: LINE[one.stage] ?? "chart-quiet", thick: LINE[one.stage] ? 2.5 : 1 },
    position: { x: one.x, y: one.y }, classes: one.runnable ? "node" : "node idle", grabbable: false,
  })),
  ...edges.map((one) => ({ data: { id: one.id, source: one.from, target: one.to, label: one.label }, classes: one.kind })),
];

// As high as the map needs at this width, so that the names stay readable and nothing is left empty.
const wide = Math.max(...bands.map((one) => one.width)) + 100;
const high = Math.max(...bands.map((one) => one.y + one.height / 2)) + 20;
function grow() {
  const height = (place.clientWidth * high) / wide + 16;
  place.parentElement.style.height = `${Math.round(Math.min(Math.max(height, 260), 900))}px`;
}
grow();

// Read anew when the theme changes.
function look() {
  return [
    { selector: "node", style: { "font-family": FONT, "z-index-compare": "manual" } },
    { selector: ".band", style: { shape: "round-rectangle", width: "data(width)", height: "data(height)", "background-color": token("panel-soft"), "border-width": 0, label: "data(label)", "font-size": 13, color: token("chart-edge"), "text-halign": "left", "text-valign": "center", "text-margin-x": -8, "text-wrap": "wrap", "text-max-width": chinese ? 56 : 76, "z-index": 1, events: "no" } },
    { selector: ".head", style: { shape: "round-rectangle", width: "data(width)", height: 34, "background-color": "data(colour)", label: "data(label)", color: "#fff", "font-size": 15, "font-weight": 600, "text-valign": "center", "z-index": 10, events: "no" } },
    { selector: ".node", style: { shape: "round-rectangle", width: chip.width, height: chip.height, "background-color": (node) => token(node.data("fill")), "border-color": (node) => token(node.data("line")), "border-width": "data(thick)", label: "data(label)", color: token("chart-ink"), "font-size": chinese ? 15 : 13, "text-valign": "center", "text-wrap": "wrap", "text-overflow-wrap": chinese ? "anywhere" : "whitespace", "text-max-width": chip.width - 8, "z-index": 10 } },
    { selector: ".idle", style: { "border-style": "dashed" } },
    { selector: "edge", style: { width: 1.4, "line-color": token("chart-quiet"), "target-arrow-color": token("chart-quiet"), "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier", opacity: many ? 0.14 : 1, "z-index-compare": "manual", "z-index": 5, "font-family": FONT } },
    { selector: "edge.prerequisite", style: { "line-style": "dashed" } },
    { selector: ".dim", style: { opacity: 0.22 } },
    { selector: "edge.dim", style: { opacity: many ? 0.04 : 0.22 } },
    { selector: "edge.lit", style: { opacity: 1, width: 2.4, "line-color": token("chart-1"), "target-arrow-color": token("chart-1"), label: "data(label)", "font-size": 12, color: token("blue-ink"), "text-background-color": token("panel"), "text-background-opacity": 0.9, "text-background-padding": 2, "z-index": 8 } },
    { selector: "node:selected", style: { "border-color": token("chart-1"), "border-width": 3 } },
  ];
}

const map = cytoscape({
  container: place,
  elements,
  layout: { name: "preset", fit: true, padding: 8 },
  minZoom: 0.25,
  maxZoom: 2.5,
  autoungrabify: true,
  boxSelectionEnabled: false,
  style: look(),
});
onTheme(() => map.style(look()));

function light(node) {
  map.elements().removeClass("dim lit");
  if (!node) return;
  const chain = many ? node.closedNeighborhood() : node.union(node.predecessors()).union(node.successors());
  map.elements("edge, .node").difference(chain).addClass("dim");
  node.connectedEdges().addClass("lit");
}

map.on("tap", ".node", (event) => {
  light(event.target);
  window.htmx.ajax("GET", event.target.data("url"), "#card");
});
map.on("tap", (event) => {
  if (event.target === map) light(null);
});
map.on("mouseover", ".node", () => (place.style.cursor = "pointer"));
map.on("mouseout", ".node", () => (place.style.cursor = "default"));

if (selected) {
  const node = map.getElementById(selected);
  node.select();
  light(node);
}

let waiting;
new ResizeObserver(() => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { grow(); map.resize(); map.fit(undefined, 8); }, still ? 0 : 80);
}).observe(place);
place.dataset.ready = "true";
window.atlasMap = map;
