// Builds web/static/src into web/static/dist: style sheets, scripts, Khmer fonts, a manifest and compressed copies.
// File names carry a hash of their content. Nothing happens when no source changed.
// Run: node web/static/build.mjs [--force] [--out FOLDER]
import * as esbuild from 'esbuild';
import * as sass from 'sass';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const modules = join(root, 'node_modules');
const source = join(here, 'src');
const { values: wishes } = parseArgs({ options: { force: { type: 'boolean' }, out: { type: 'string' } } });
const dist = wishes.out ?? join(here, 'dist');

// Fonts of the pages. The PDF fonts are made from the same packages by `python -m engine.documents.fonts`.
const FONTS = {
  'kantumruy-pro-400.woff2': '@fontsource/kantumruy-pro/files/kantumruy-pro-khmer-400-normal.woff2',
  'kantumruy-pro-700.woff2': '@fontsource/kantumruy-pro/files/kantumruy-pro-khmer-700-normal.woff2',
  'bpmn.woff2': 'bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2',
};
const SHEETS = ['citizen', 'office', 'light'];
const SCRIPTS = ['citizen', 'decisions', 'drafts', 'forms', 'office', 'passkeys', 'photos', 'signatures', 'studio', 'trays', 'viewer', 'visits', 'worker'];
// What form-js brings along for its own panel and for expressions, three quarters of it: our forms have neither.
const NOT_OF_FORMS = /^(@codemirror\/|@bpmn-io\/(feelin|feel-editor|feelers-editor)$|feelers$|flatpickr$|luxon$|marked$|focus-trap$)/;
const PANEL_OF_FORMS = 'EditorExpressionLanguageModule, MarkdownRendererModule, PropertiesPanelModule,';

const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex').slice(0, 10);

function sourcesDigest() {
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const all = [...files, fileURLToPath(import.meta.url), join(root, 'package-lock.json')];
  return digest(...all.flatMap((file) => [relative(root, file), '\0', readFileSync(file), '\0']));
}

function upToDate(stamp) {
  const stampFile = join(dist, 'stamp');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) return false;
  const names = Object.values(JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')));
  return names.every((name) => existsSync(join(dist, name)));
}

const trimsForms = {
  name: 'trims-forms',
  setup(build) {
    const absent = join(source, 'forms', 'absent.js');
    build.onResolve({ filter: NOT_OF_FORMS }, ({ importer }) => (importer.includes('form-js-') ? { path: absent, sideEffects: false } : undefined));
    // The editor wants an older preact than the viewer that it draws with; two of them do not know each other.
    build.onResolve({ filter: /^preact(\/|$)/ }, ({ path, importer, kind }) => (importer.includes('form-js-viewer')
      ? build.resolve(path, { resolveDir: join(modules, '@bpmn-io', 'form-js-editor', 'dist'), kind }) : undefined));
    build.onLoad({ filter: /form-js-editor\/dist\/index\.es\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes(PANEL_OF_FORMS)) throw new Error('form-js has its panel elsewhere: look at PANEL_OF_FORMS');
      return { contents: contents.replace(PANEL_OF_FORMS, PANEL_OF_FORMS.replace(' PropertiesPanelModule,', '')) };
    });
  },
};

async function scripts() {
  const result = await esbuild.build({
    entryPoints: SCRIPTS.map((name) => join(source, `${name}.js`)),
    outdir: dist, bundle: true, minify: true, write: false, metafile: true, format: 'esm', target: ['es2020'],
    legalComments: 'eof', logLevel: 'warning', absWorkingDir: root, external: ['*.woff2'], plugins: [trimsForms],
  });
  const built = result.outputFiles.map((file) => [relative(dist, file.path), Buffer.from(file.contents)]);
  return { built, inputs: Object.keys(result.metafile.inputs) };
}

function sheet(name) {
  const { css } = sass.compile(join(source, `${name}.scss`), { loadPaths: [modules], style: 'compressed', quietDeps: true });
  return css;
}

// The licences of everything that goes to a reader's browser.
function licences(inputs) {
  const packages = new Set(['govuk-frontend', '@fontsource/kantumruy-pro']);
  for (const path of inputs) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (match) packages.add(match[1]);
  }
  return [...packages].sort().map((name) => {
    const file = readdirSync(join(modules, name)).find((entry) => /^licen[cs]e/i.test(entry));
    const { version, license } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${file ? readFileSync(join(modules, name, file), 'utf8') : `Licence: ${license}`}`;
  }).join(`\n\n${'-'.repeat(72)}\n\n`);
}

function hashed(name, content) {
  const ending = extname(name);
  return `${name.slice(0, -ending.length)}.${digest(content)}${ending}`;
}

function compressed(name, content) {
  if (!['.css', '.js', '.svg', '.txt'].includes(extname(name))) return [];
  return [
    [`${name}.gz`, gzipSync(content, { level: 9 })],
    [`${name}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
  ];
}

async function build() {
  const manifest = {};
  const files = [];
  const add = (name, content) => {
    manifest[name] = hashed(name, content);
    files.push([manifest[name], content], ...compressed(manifest[name], content));
  };
  for (const [name, path] of Object.entries(FONTS)) add(name, readFileSync(join(modules, path)));
  add('icon.svg', readFileSync(join(source, 'icon.svg')));
  const { built, inputs } = await scripts();
  const withFonts = (css) => css.replace(/url\("?([\w-]+\.woff2)"?\)/g, (_, font) => `url(${manifest[font]})`);
  for (const [name, content] of built) add(name, name.endsWith('.css') ? Buffer.from(withFonts(content.toString())) : content);
  for (const name of SHEETS) add(`${name}.css`, Buffer.from(withFonts(sheet(name))));
  add('licenses.txt', Buffer.from(licences(inputs)));
  return { manifest, files };
}

// New files first, the manifest next, old files last: a server that is running never misses one.
function publish({ manifest, files }, stamp) {
  mkdirSync(dist, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(dist, name), content);
  writeFileSync(join(dist, 'manifest.json'), JSON.stringify(manifest, Object.keys(manifest).sort(), 2) + '\n');
  writeFileSync(join(dist, 'stamp'), stamp);
  const kept = new Set([...files.map(([name]) => name), 'manifest.json', 'stamp', 'fonts', 'fonts.stamp']);
  for (const name of readdirSync(dist)) if (!kept.has(name)) rmSync(join(dist, name), { recursive: true });
}

const stamp = sourcesDigest();
if (!wishes.force && upToDate(stamp)) {
  console.log('front end: nothing changed');
} else {
  const result = await build();
  publish(result, stamp);
  for (const [name, content] of result.files) {
    if (name.endsWith('.gz')) console.log(`front end: ${name.slice(0, -3).padEnd(34)} ${String(content.length).padStart(7)} bytes gzip`);
  }
}
