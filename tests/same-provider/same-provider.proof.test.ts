import { expect, test } from 'vitest';
import { expectGeneratedSame, startComparison } from './compare.ts';

test('I475 400 scripts that nobody wrote are lived in the same way by the simulator and the sandbox', async () => {
  const comparison = await startComparison();
  try {
    await expect(expectGeneratedSame(comparison, 400, 475)).resolves.toBeUndefined();
  } finally {
    await comparison.stop();
  }
});
