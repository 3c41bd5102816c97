import { expect, test } from 'vitest';
import { killWhileIngesting } from './ingest-kill.ts';

// Where other work runs beside it each start takes long; only a hang is to be ended.
test('I151 B18 B19 when server and database are killed 20 times during ingest, every acknowledged event counts once', async () => {
  const report = await killWhileIngesting(20);
  expect(report).toMatchObject({ lost: 0, doubled: 0, takenAgain: 0 });
  expect(report.acknowledged).toBeGreaterThan(0);
}, 300_000);
