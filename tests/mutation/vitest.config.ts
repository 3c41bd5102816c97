import path from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';

const folder = process.env.BILLHOOK_MUTATED ?? '*';

/** How often a property draws: a draw of a price costs microseconds, one of a life with all its invoices milliseconds. */
const draws = folder === 'invoicing' ? 24 : 300;

/** A change that a property can notice is noticed in its first draws; thousands of them are for `npm test`. */
const fewDraws: Plugin = {
  name: 'few-draws',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('.test.ts')
      ? code.replace(/\bnumRuns: (\w+)/g, `numRuns: Math.min($1, ${draws})`)
      : undefined,
};

/** One file imports the tests that guard a folder, so that a change costs the start of one worker and not of twenty. */
export default defineConfig({
  plugins: [fewDraws],
  // By its name the package is found where npm linked it, outside of the copy that is changed.
  resolve: {
    alias: [
      {
        find: /^@billhook\/core\/(.*)$/,
        replacement: path.join(import.meta.dirname, '../../packages/core/src/$1.ts'),
      },
    ],
  },
  test: {
    include: [`tests/mutation/suites/${folder}.suite.ts`],
    setupFiles: ['tests/mutation/setup.ts'],
    // A worker of its own for each run: what a change left behind in memory must not meet the next one.
    isolate: true,
    testTimeout: 30_000,
  },
});
