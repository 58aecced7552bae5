// Bundles every page script and style: frontend/src/<name>.js|css becomes src/tujing/web/static/build/<name>.js|css.
// Folders under src/ hold the parts that entries import; they are no entries themselves.
//
// One self-contained file an entry, no code splitting: Django's static files do not follow `import "./chunk…"`.
// Nothing in a bundle may fetch from another host: the pages work in a factory without the internet.

import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const staticFolder = join(here, "../src/tujing/web/static");
const buildFolder = join(staticFolder, "build");
const fontFolder = join(staticFolder, "fonts");

async function entries() {
  const files = await readdir(join(here, "src"));
  return files.filter((file) => [".js", ".css"].includes(extname(file))).map((file) => join(here, "src", file));
}

// What the pages may say of classes: a rule for a class that nobody ever writes is left out of the kit's sheet.
const spoken = ["templates/**/*.html", "**/*.py"].map((one) => join(here, "../src/tujing/web", one)).concat(join(here, "src/**/*.js"));

// A library's style sheet may bring fonts from a foreign server; offline such a page would hang.
const onlyWhatIsUsed = {
  name: "only-what-is-used",
  setup(bundle) {
    bundle.onLoad({ filter: /node_modules.*\.css$/ }, async ({ path }) => {
      const [{ css }] = await new PurgeCSS().purge({
        content: spoken,
        css: [{ raw: await readFile(path, "utf8") }],
        // States that the browser or a script sets, and the theme's attribute, are nowhere written as classes.
        safelist: { standard: [":root", "html", "body", "show", "active", "disabled", "collapsed", "was-validated"], greedy: [/data-bs-theme/, /^::/] },
        variables: false,
      });
      const contents = css.replace(/@font-face\s*\{[^}]*\}/g, (rule) => (/url\(\s*["']?(https?:)?\/\//.test(rule) ? "" : rule));
      return { contents, loader: "css" };
    });
  },
};

async function refuseForeignFetches(sheets) {
  for (const sheet of sheets) {
    const found = (await readFile(sheet, "utf8")).match(/(@import|url\()\s*["']?(https?:)?\/\/[^"')\s]+/);
    if (found) throw new Error(`${basename(sheet)} fetches from another host: ${found[0]}`);
  }
}

// The server sends what the browser can unpack: a bundle lies beside its .gz and .br.
async function compress(bundles) {
  for (const file of bundles) {
    const content = await readFile(file);
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
    await writeFile(`${file}.br`, brotliCompressSync(content));
  }
}

// The typeface of generated PDF reports; pages use the fonts of the reader's own system.
async function copyFonts() {
  await mkdir(fontFolder, { recursive: true });
  for (const weight of ["400Regular", "700Bold"]) {
    const font = `NotoSansSC_${weight}.ttf`;
    await cp(join(here, "node_modules/@expo-google-fonts/noto-sans-sc", weight, font), join(fontFolder, font));
  }
}

await rm(buildFolder, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: await entries(),
  outdir: buildFolder,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "eof",
  loader: { ".svg": "dataurl" },
  metafile: true,
  plugins: [onlyWhatIsUsed],
});
const bundles = Object.keys(result.metafile.outputs);
await refuseForeignFetches(bundles.filter((file) => extname(file) === ".css").map((file) => join(here, file)));
await compress(bundles.map((file) => join(here, file)));
await copyFonts();
for (const file of bundles) console.log(`${basename(file)}  ${Math.round(result.metafile.outputs[file].bytes / 1024)} kB`);
