// The map: positions come from the server and never move, so that people remember where a scenario is.
import cytoscape from "cytoscape";
import { onTheme } from "./shell/colours.js";
import { chainOf } from "./atlas/chain.js";
import { drawer } from "./atlas/drawer.js";
import { filters } from "./atlas/filters.js";
import { looks } from "./atlas/looks.js";

const place = document.getElementById("atlas");
const { nodes, edges, bands, heads, chip, selected } = JSON.parse(document.getElementById("atlas-data").textContent);
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const legend = document.querySelector(".atlas-legend");
// On a full map all arrows at once are a tangle: they stay faint until a scenario is chosen, and then only its own show.
const many = edges.length > 150;

// Cytoscape would add a <style>, which the content security policy blocks; its one rule is in our sheet. Finding an
// element of this id it does not try.
const sheet = document.createElement("meta");
sheet.id = "__________cytoscape_stylesheet";
document.head.append(sheet);

const fixed = { grabbable: false, selectable: false, pannable: true };
const elements = [
  ...bands.map((one) => ({ ...fixed, data: { id: `band:${one.id}`, label: one.label, width: one.width, height: one.height }, position: { x: one.x, y: one.y }, classes: "band" })),
  ...heads.map((one, index) => ({ ...fixed, data: { id: `head:${one.id}`, label: one.label, order: index, width: one.width }, position: { x: one.x, y: one.y }, classes: "head" })),
  ...nodes.map((one) => ({ data: { ...one }, position: { x: one.x, y: one.y }, classes: one.runnable ? "node" : "node idle", grabbable: false, pannable: true })),
  ...edges.map((one) => ({ data: { id: one.id, source: one.from, target: one.to, label: one.label }, classes: one.kind })),
];

// As high as the map needs at this width, so that the names stay readable and nothing is left empty.
const wide = Math.max(...bands.map((one) => one.width)) + 100;
const high = Math.max(...bands.map((one) => one.y + one.height / 2)) + 20;
function grow() {
  const height = (place.clientWidth * high) / wide + 16;
  const room = Math.max(window.innerHeight - 120, 480);
  place.parentElement.style.height = `${Math.round(Math.min(Math.max(height, 320), room))}px`;
}
grow();

const map = cytoscape({
  container: place,
  elements,
  layout: { name: "preset", fit: true, padding: 8 },
  minZoom: 0.2,
  maxZoom: 3,
  autoungrabify: true,
  boxSelectionEnabled: false,
  // What moves is a picture: arrows and names are left out until the map stands still again.
  hideEdgesOnViewport: true,
  textureOnViewport: true,
  pixelRatio: Math.min(window.devicePixelRatio, 2),
  style: looks(legend.dataset.colouring, chip, many),
});

function recolour(colouring = legend.dataset.colouring) {
  legend.dataset.colouring = colouring;
  map.style(looks(colouring, chip, many));
}

let chosen = null;
function light(node) {
  chosen = node;
  map.elements().removeClass("dim lit");
  if (!node) return;
  const chain = chainOf(node, Number(document.getElementById("atlas-depth").value));
  map.elements("edge, .node").difference(chain).addClass("dim");
  chain.edges().addClass("lit");
  // Names of data elements on many arrows would write over each other: then only on the chosen scenario's own.
  const named = chain.edges().length > 40 ? node.connectedEdges() : chain.edges();
  map.edges().removeClass("named");
  named.addClass("named");
}

const beside = drawer(() => {
  map.nodes().unselect();
  light(null);
});

function open(node) {
  light(node);
  beside.open(node.data("url"), node.id());
  // A scenario must not lie beneath its own card.
  const hidden = node.renderedPosition("x") + 80 - (place.clientWidth - beside.width());
  if (hidden > 0) map.panBy({ x: -hidden, y: 0 });
}

map.on("tap", ".node", (event) => open(event.target));
map.on("tap", (event) => {
  if (event.target === map) beside.close();
});
map.on("mouseover", ".node", () => (place.style.cursor = "pointer"));
map.on("mouseout", ".node", () => (place.style.cursor = "default"));
document.getElementById("atlas-depth").addEventListener("change", () => light(chosen));
document.getElementById("atlas-fit").addEventListener("click", () => map.fit(undefined, 8));
filters(map, legend, recolour);
onTheme(() => recolour());

if (selected) {
  const node = map.getElementById(selected);
  node.select();
  light(node);
}

let waiting;
let width = place.clientWidth;
new ResizeObserver(() => {
  if (place.clientWidth === width) return;
  width = place.clientWidth;
  clearTimeout(waiting);
  waiting = setTimeout(() => { grow(); map.resize(); map.fit(undefined, 8); }, still ? 0 : 80);
}).observe(place);
place.dataset.ready = "true";
window.atlasMap = map;
