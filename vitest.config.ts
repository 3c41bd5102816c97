import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const isProof = process.env.BILLHOOK_PROOF === '1';
const notTests = ['**/node_modules/**', '**/dist/**', 'tests/fixtures/**', 'tests/tidy/**'];
const proofs = '**/*.proof.test.ts';

/** `npm test` runs the samples; `npm run test:proof` runs the same laws at their full sizes. */
function files(...folders: string[]): { include: string[]; exclude: string[] } {
  if (isProof) return { include: folders.map((folder) => `${folder}/${proofs}`), exclude: notTests };
  const include = folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`);
  return { include, exclude: [...notTests, proofs] };
}

export default defineConfig({
  test: {
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    passWithNoTests: isProof,
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**/*.ts', 'apps/server/src/**/*.ts'],
      exclude: ['**/*.test.ts', 'apps/server/src/testing/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: {
        'packages/core/src/**/*.ts': { lines: 90 },
        'apps/server/src/**/*.ts': { lines: 90 },
      },
    },
    projects: [
      {
        // No file of these keeps state outside its tests, so they share their workers.
        test: {
          name: 'pure',
          ...files('packages'),
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'whole',
          ...files('apps', 'tests'),
          globalSetup: ['tests/global-setup.ts'],
          isolate: false,
          pool: 'forks',
          testTimeout: isProof ? 900_000 : 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
