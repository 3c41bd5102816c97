import { defineConfig } from 'vitest/config';

/** The tests of core alone: what kills a mutant must be a fast, pure test. */
export default defineConfig({
  test: {
    include: ['packages/core/src/**/*.test.ts'],
    exclude: ['packages/core/src/spec.test.ts'],
    // Files that share their modules lose count of which test ran which line, and mutants then look untested.
    isolate: true,
    testTimeout: 30_000,
  },
});
