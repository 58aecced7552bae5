export const PALETTE = ["#1677ff", "#13c2c2", "#52c41a", "#faad14", "#eb2f96", "#722ed1", "#fa541c", "#2f54eb", "#a0d911"];
// For bars of which the late ones are red: nothing near red.
export const COOL = ["#1677ff", "#13c2c2", "#52c41a", "#722ed1", "#2f54eb", "#a0d911", "#69b1ff", "#08979c", "#9254de"];
export const FONT = '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
export const RED = "#ff4d4f";
export const SOFT = "rgba(0, 0, 0, 0.58)";

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

export function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
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

export const axisLook = {
  axisLine: { lineStyle: { color: "#d9d9d9" } },
  axisTick: { show: false },
  axisLabel: { color: SOFT, hideOverlap: true },
  splitLine: { lineStyle: { color: "#f0f0f0" } },
  nameTextStyle: { color: SOFT },
};

export const tip = {
  confine: true,
  borderWidth: 0,
  padding: [6, 10],
  textStyle: { fontSize: 12 },
  extraCssText: "box-shadow: 0 4px 14px rgba(0,0,0,.15); max-width: 420px; white-space: normal;",
};
