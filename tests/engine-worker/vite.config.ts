import { fileURLToPath } from 'node:url';

/** Bundles the engine as a browser gets it: one file for a web worker. */
export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  build: {
    target: 'es2024',
    minify: true,
    emptyOutDir: true,
    lib: {
      entry: fileURLToPath(new URL('../../packages/core/src/worker/engine-worker.ts', import.meta.url)),
      name: 'engine',
      formats: ['iife'],
      fileName: () => 'engine-worker.js',
    },
  },
};
