// Draws every element with data-chart="ID" from the JSON in <script type="application/json" id="ID">.
import { BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, RadarChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  RadarComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { bar, histogram, line, scatter } from "./charts/axes.js";
import { control } from "./charts/control.js";
import { heatmap, radar } from "./charts/fields.js";
import { gantt } from "./charts/gantt.js";
import { graph, routes } from "./charts/network.js";
import { interval, tornado } from "./charts/ranges.js";
import { surrogate } from "./charts/surrogate.js";
import { FONT, PALETTE, readable } from "./charts/theme.js";
import { onTheme } from "./shell/colours.js";

echarts.use([
  BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, RadarChart, ScatterChart,
  AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, RadarComponent,
  TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

const kinds = { bar, control, gantt, graph, heatmap, histogram, interval, line, radar, routes, scatter, tornado };
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function draw(root) {
  for (const place of root.querySelectorAll("[data-chart]:not([data-ready])")) {
    const source = document.getElementById(place.dataset.chart);
    if (!source) continue;
    const plain = JSON.parse(source.textContent);
    // A Gantt chart reckons with its moments, to the second; the others only show theirs.
    const chart = plain.kind === "gantt" ? plain : JSON.parse(source.textContent, (_, value) => readable(value));
    const view = echarts.init(place, null, { renderer: "canvas" });
    const show = (option) => view.setOption({
      color: PALETTE,
      animation: !still,
      animationDuration: 300,
      textStyle: { fontFamily: FONT },
      aria: { enabled: true },
      ...option,
    });
    // A surrogate draws itself anew while its sliders move.
    if (chart.kind === "surrogate") surrogate(chart, place, show);
    else show(kinds[chart.kind](chart, place));
    new ResizeObserver(() => view.resize()).observe(place);
    // A click on a mark that has a key fetches its explanation into data-target.
    view.on("click", (event) => {
      const key = event.data?.key;
      if (!key || !place.dataset.url) return;
      window.htmx.ajax("GET", place.dataset.url + encodeURIComponent(key), place.dataset.target);
    });
    place.dataset.ready = "true";
  }
}

// Colours are drawn into the picture: in another theme the charts are drawn anew.
onTheme(() => {
  for (const place of document.querySelectorAll("[data-chart][data-ready]")) {
    echarts.getInstanceByDom(place)?.dispose();
    if (place.previousElementSibling?.matches(".sliders")) place.previousElementSibling.remove();
    delete place.dataset.ready;
  }
  draw(document);
});

draw(document);
document.addEventListener("htmx:afterSettle", (event) => draw(event.detail.target.parentElement ?? document));
