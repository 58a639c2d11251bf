// Builds what is published: the same sources once for `import` and once for `require`.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${here}dist`, { recursive: true, force: true });
for (const kind of ['module', 'commonjs']) {
  execFileSync(process.execPath, [compiler, '-p', `tsconfig.${kind}.json`], { cwd: here, stdio: 'inherit' });
  // Node.js, and tools that read types, tell the two apart by the nearest package.json.
  writeFileSync(`${here}dist/${kind}/package.json`, `${JSON.stringify({ type: kind, sideEffects: false })}\n`);
}
