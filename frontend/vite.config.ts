import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// The server gives out index.html at /work and everything hashed below /work/assets.
// `HUMANWIRE_SERVER` points the development server's API calls at a running humanwire.
const server = process.env['HUMANWIRE_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/work/',
  // Components bring their styles in their script: one fetch, which as a whole succeeds or fails.
  plugins: [svelte({ emitCss: false })],
  build: { outDir: 'dist', emptyOutDir: true, cssCodeSplit: false, modulePreload: { polyfill: false }, target: 'es2022' },
  server: { proxy: { '/worker': server, '/in': server, '/v1': server } },
  test: { include: ['tests/**/*.test.ts'] },
});
