// Completes what vite built in dist/: tells the service worker its files, adds the API page with
// its own copy of Swagger UI, writes the compressed forms that the server gives out, then swaps the
// whole into the Python package.
// Until that swap the old bundle stays, so a build that fails leaves a working workspace.
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = here('../dist');
const docs = join(built, 'docs');
const target = here('../../src/humanwire/static');

const swagger = here('../node_modules/swagger-ui-dist');
const swaggerFiles = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE'];
// Below this, compressing saves less than the header that announces it.
const SMALLEST_BYTES = 512;
const compressible = /\.(js|css|svg|html|webmanifest)$/;

await writeServiceWorker();
await mkdir(docs, { recursive: true });
await cp(here('../docs'), docs, { recursive: true });
for (const name of swaggerFiles) await cp(join(swagger, name), join(docs, name));
for (const entry of await readdir(built, { recursive: true })) {
  if (compressible.test(entry)) await compress(join(built, entry));
}
await swap();

// What the page begins with is kept at once, all else when it has been needed.
async function writeServiceWorker() {
  const page = await readFile(join(built, 'index.html'), 'utf8');
  const shell = [...new Set(page.match(/\/work\/assets\/[^"]+/g))];
  const files = await readdir(join(built, 'assets'), { recursive: true });
  const assets = files.map((name) => `/work/assets/${name}`).sort();
  const script = await readFile(here('service-worker.js'), 'utf8');
  const lists = { shell, assets };
  const told = script.replace(/'\{\{(\w+)\}\}'/g, (_, name) => JSON.stringify(lists[name]));
  await writeFile(join(built, 'sw.js'), told);
}

async function compress(path) {
  const plain = await readFile(path);
  if (plain.length < SMALLEST_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params }),
    promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await writeFile(`${path}.br`, brotli);
  await writeFile(`${path}.gz`, gzipped);
}

async function swap() {
  const old = `${target}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(target, old).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(built, target);
  await rm(old, { recursive: true, force: true });
}
