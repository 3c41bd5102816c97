import v8 from '@vitest/coverage-v8';
import type { CoverageProviderModule } from 'vitest/node';

const isMeasured = process.env.BILLHOOK_MEASURED === '1';

/** Counts lines with V8, in the projects that ask for it. */
const coverage: CoverageProviderModule = {
  ...v8,
  startCoverage: async (options) => (isMeasured ? v8.startCoverage?.(options) : undefined),
  takeCoverage: async (options) => (isMeasured ? v8.takeCoverage?.(options) : undefined),
  stopCoverage: async (options) => (isMeasured ? v8.stopCoverage?.(options) : undefined),
};

export default coverage;
