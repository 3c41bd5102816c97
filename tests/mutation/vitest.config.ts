import { defineConfig } from 'vitest/config';

const folder = process.env.BILLHOOK_MUTATED ?? '*';

export default defineConfig({
  test: {
    include: [`tests/mutation/suites/${folder}.suite.ts`],
    setupFiles: ['tests/mutation/setup.ts'],
    isolate: true,
    testTimeout: 30_000,
  },
});
