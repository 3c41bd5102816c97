import { defineConfig } from 'vitest/config';

/** The tests of core alone: what kills a mutant must be a fast, pure test. */
export default defineConfig({
  test: {
    include: ['packages/core/src/**/*.test.ts'],
    exclude: ['packages/core/src/spec.test.ts'],
    isolate: false,
    testTimeout: 30_000,
  },
});
