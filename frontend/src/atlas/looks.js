// How the map looks: the theme's colours by the state that colours it. The frame tells the adoption in every colouring.
import { token } from "../shell/colours.js";

const chinese = document.documentElement.lang.startsWith("zh");
const FONT = getComputedStyle(document.body).fontFamily;
const STATES = [
  "ready", "part", "none", "in_use", "implementing", "planned", "candidate", "stopped", "absent", "better", "unclear",
  "worse", "prior",
];

export function looks(colouring, chip, many) {
  const fills = Object.fromEntries(STATES.map((state) => [state, token(`atlas-${state}`)]));
  const frames = { in_use: token("chart-1"), implementing: token("chart-6"), planned: token("chart-2") };
  const heads = [1, 2, 6, 7, 3, 5].map((place) => token(`atlas-head-${place}`));
  const small = chip.width < 120;
  const ink = token("ink"), soft = token("ink-soft"), blue = token("chart-1"), edge = token("chart-quiet");
  return [
    { selector: "node", style: { "font-family": FONT, "z-index-compare": "manual" } },
    { selector: ".band", style: { shape: "round-rectangle", width: "data(width)", height: "data(height)", "background-color": token("panel-soft"), "border-width": 0, label: "data(label)", "font-size": 13, color: soft, "text-halign": "left", "text-valign": "center", "text-margin-x": -8, "text-wrap": "wrap", "text-max-width": chinese ? 56 : 76, "z-index": 1, events: "no" } },
    { selector: ".head", style: { shape: "round-rectangle", width: "data(width)", height: 34, "background-color": (node) => heads[node.data("order") % heads.length], label: "data(label)", color: token("on-fill"), "font-size": small ? 11 : 15, "font-weight": 600, "text-valign": "center", "text-wrap": "wrap", "text-max-width": (node) => node.data("width") - 8, "z-index": 10, events: "no" } },
    {
      selector: ".node",
      style: {
        shape: "round-rectangle", width: chip.width, height: chip.height,
        "background-color": (node) => fills[node.data("states")[colouring]],
        "border-color": (node) => frames[node.data("states").adoption] ?? edge,
        "border-width": (node) => (frames[node.data("states").adoption] ? 2.5 : 1),
        label: "data(label)", color: ink, "font-size": small ? 10 : chinese ? 15 : 13, "min-zoomed-font-size": 5,
        "text-valign": "center", "text-wrap": small ? "ellipsis" : "wrap", "text-overflow-wrap": chinese ? "anywhere" : "whitespace",
        "text-max-width": chip.width - 8, "z-index": 10,
      },
    },
    { selector: ".idle", style: { "border-style": "dashed" } },
    { selector: "edge", style: { width: 1.4, "line-color": edge, "target-arrow-color": edge, "target-arrow-shape": many ? "none" : "triangle", "arrow-scale": 0.8, "curve-style": many ? "haystack" : "bezier", opacity: many ? 0.16 : 1, "z-index-compare": "manual", "z-index": 5, "font-family": FONT, events: "no" } },
    { selector: "edge.prerequisite", style: { "line-style": "dashed" } },
    { selector: ".dim", style: { opacity: 0.2 } },
    { selector: "edge.dim", style: { opacity: many ? 0.03 : 0.2 } },
    { selector: "edge.lit", style: { opacity: 1, width: 2.2, "curve-style": "bezier", "line-color": blue, "target-arrow-color": blue, "target-arrow-shape": "triangle", "z-index": 8 } },
    { selector: "edge.named", style: { label: "data(label)", "font-size": 12, color: token("blue-ink"), "text-background-color": token("panel"), "text-background-opacity": 0.9, "text-background-padding": 2 } },
    { selector: "edge.dim.named", style: { label: "" } },
    { selector: ".out", style: { opacity: 0.08 } },
    { selector: "node:selected", style: { "border-color": blue, "border-width": 3.5, "border-style": "solid" } },
  ];
}
