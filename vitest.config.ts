import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const isProof = process.env.BILLHOOK_PROOF === '1';
const notTests = ['**/node_modules/**', '**/dist/**', 'tests/fixtures/**', 'tests/tidy/**'];
const proofs = '**/*.proof.test.ts';

/** `npm test` runs the samples; `npm run test:proof` runs the same laws at their full sizes. */
function files(...folders: string[]): { include: string[]; exclude: string[] } {
  if (isProof) return { include: folders.map((folder) => `${folder}/${proofs}`), exclude: [...notTests] };
  const include = folders.map((folder) => `${folder}/**/*.test.{ts,tsx}`);
  return { include, exclude: [...notTests, proofs] };
}

/** Counting lines makes a test a fifth slower, so it is done where lines are first reached: not in the longest tests. */
const measured = { BILLHOOK_MEASURED: '1' };

// What takes a moment on a quiet machine takes many where other work runs beside it; only a hang is to be ended.
const patient = { expect: { poll: { timeout: 60_000 } } };

const setupFiles = ['tests/compiled-programs.ts'];

const pure = { ...patient, setupFiles, isolate: false, testTimeout: 30_000 };

const fleet = 'packages/sim/src/fleet.proof.test.ts';

/** It keeps all processors busy by itself and has a bound on its time, so it comes after the others. */
const alone = { name: 'fleet', include: [fleet], sequence: { groupOrder: 1 } };

const packages = files('packages/!(core)');
packages.exclude.push(fleet);

const long = ['tests/browser', 'tests/crash', 'tests/real-usage'];
const tests = files('tests');
tests.exclude.push(...long.map((folder) => `${folder}/**`));

const whole = {
  ...patient,
  setupFiles,
  globalSetup: ['tests/global-setup.ts'],
  isolate: false,
  pool: 'forks',
  testTimeout: isProof ? 900_000 : 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
    passWithNoTests: isProof,
    coverage: {
      provider: 'custom',
      customProviderModule: fileURLToPath(new URL('tests/measured-coverage.ts', import.meta.url)),
      include: ['packages/core/src/**/*.ts', 'apps/server/src/**/*.ts'],
      exclude: ['**/*.test.ts', 'apps/server/src/testing/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: {
        'packages/core/src/**/*.ts': { lines: 90 },
        'apps/server/src/**/*.ts': { lines: 90 },
      },
    },
    // Files of one project keep no state outside their tests, so they share their workers.
    projects: [
      ...(isProof ? [{ test: { ...pure, ...alone } }] : []),
      { test: { name: 'core', ...files('packages/core'), ...pure, env: measured } },
      { test: { name: 'packages', ...packages, ...pure } },
      { test: { name: 'server', ...files('apps'), ...whole, env: measured } },
      { test: { name: 'whole', ...tests, ...whole, env: measured } },
      { test: { name: 'long', ...files(...long), ...whole } },
    ],
  },
});
