import { availableParallelism } from 'node:os';
import { runSteps, type Step, type StepResult } from './run-steps.ts';

const vitest = 'node_modules/vitest/vitest.mjs';

const STEPS: Step[] = [
  { name: 'types', program: 'node_modules/@typescript/native/bin/tsc', args: ['-b'] },
  { name: 'unused code', program: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'generated files up to date', program: 'scripts/gen.ts', args: ['--check'] },
  {
    name: 'promises and function lengths',
    program: 'node_modules/oxlint/bin/oxlint',
    args: ['--type-aware', '--quiet'],
  },
  {
    name: 'import rules',
    program: 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'packages', 'apps'],
    // Rules over nothing always hold, so the number of files looked at is part of the verdict.
    judge: (output) =>
      /\(0 modules|no violations found \(\d{1,2} modules/.test(output)
        ? 'it looked at too few files'
        : undefined,
  },
  {
    name: 'format and lint',
    program: 'node_modules/@biomejs/biome/bin/biome',
    args: ['ci', '--error-on-warnings', '--diagnostic-level=warn'],
  },
];

/** `npm test` runs this one with all other tests. */
const TIDY: Step = {
  name: 'tidy tree',
  program: vitest,
  args: ['run', 'tests/tidy.test.ts', 'tests/tidy-database.test.ts'],
};

/** Runs every static check and returns a verdict for each. */
export function runChecks(options: { isTidyIncluded: boolean }): Promise<StepResult[]> {
  const steps = options.isTidyIncluded ? [...STEPS, TIDY] : STEPS;
  return runSteps(steps, Math.max(2, availableParallelism()));
}

if (import.meta.main) {
  const results = await runChecks({ isTidyIncluded: true });
  const bad = results.filter((result) => !result.isGood).map((result) => result.name);
  console.log(bad.length === 0 ? `All ${results.length} checks passed.` : `Failed: ${bad.join(', ')}.`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}
