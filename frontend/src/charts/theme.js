// What every chart has: the theme's colours, figures and moments as the reader writes them, axes and tooltips.
import { onTheme, token } from "../shell/colours.js";

export const FONT = '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

// Live bindings: what imports them sees the new colours once the theme has changed. Read them when drawing, not at load.
export let PALETTE;
// For bars of which the late ones are red: nothing near red.
export let COOL;
export let RED;
export let SOFT;
export let INK;
export let PAPER;
export let BLUE;
export let axisLook;
export let tip;

function readTheme() {
  PALETTE = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => token(`chart-${place}`));
  COOL = [1, 2, 3, 6, 8, 9].map((place) => token(`chart-${place}`));
  RED = token("red");
  SOFT = token("ink-soft");
  INK = token("chart-ink");
  PAPER = token("panel");
  BLUE = PALETTE[0];
  axisLook = {
    axisLine: { lineStyle: { color: token("chart-axis") } },
    axisTick: { show: false },
    axisLabel: { color: SOFT, hideOverlap: true },
    splitLine: { lineStyle: { color: token("chart-grid") } },
    nameTextStyle: { color: SOFT },
  };
  tip = {
    confine: true,
    borderWidth: 0,
    padding: [6, 10],
    backgroundColor: PAPER,
    textStyle: { fontSize: 12, color: token("ink") },
    extraCssText: `box-shadow: 0 4px 14px ${token("shadow")}; max-width: 420px; white-space: normal;`,
  };
}

readTheme();
onTheme(readTheme);

const chinese = document.documentElement.lang.startsWith("zh");
const plain = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { maximumSignificantDigits: 3 });

// Two decimals are enough for what is large; of what is small they would leave nothing.
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return (Math.abs(value) < 1 ? small : plain).format(value);
}

// Big axis figures in the reader's own steps: 万 and 亿, or thousands and millions.
export function short(value) {
  const size = Math.abs(value);
  if (chinese) {
    if (size >= 1e8) return `${plain.format(value / 1e8)}亿`;
    if (size >= 1e4) return `${plain.format(value / 1e4)}万`;
  } else {
    if (size >= 1e6) return `${plain.format(value / 1e6)}M`;
    if (size >= 1e3) return `${plain.format(value / 1e3)}k`;
  }
  return number(value);
}

// A moment as data bear it, 2026-03-01T08:00:00, as people write it.
export function readable(value) {
  const stamp = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value);
  return stamp ? value.slice(0, 16).replace("T", " ") : value;
}

export function day(stamp) {
  const at = new Date(stamp);
  const two = (part) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function moment(stamp) {
  const at = new Date(stamp);
  const two = (part) => String(part).padStart(2, "0");
  return `${day(stamp)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function clip(text, length) {
  const words = String(text);
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}

// Breaks a long name into lines at its blanks; Chinese breaks anywhere.
export function wrap(text, length) {
  const parts = String(text).includes(" ") ? String(text).split(" ") : [String(text)];
  const lines = [""];
  for (const part of parts) {
    const joined = lines.at(-1) ? `${lines.at(-1)} ${part}` : part;
    if (joined.length <= length || !lines.at(-1)) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines.join("\n");
}
