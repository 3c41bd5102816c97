import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startEntitlementServer } from '../testing/entitlement-server.ts';
import { startSpender } from '../testing/spend.ts';

it('16 processes with leases under a hard limit of 1,000,000 are allowed exactly 1,000,000', async () => {
  const server = await startEntitlementServer();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-fleet-'));
  try {
    server.store.set('cus_a', 'calls', { kind: 'metered', limit: '1000000' });
    const spenders = Array.from({ length: 16 }, () => startSpender(server, folder));
    await Promise.all(spenders.map(({ ended }) => ended));
    expect(spenders.reduce((sum, { allowed }) => sum + allowed(), 0)).toBe(1_000_000);
    expect(server.store.used('cus_a', 'calls')).toBe('1000000');
    expect(server.store.heldOf('cus_a', 'calls')).toBe(0n);
    expect(fs.readdirSync(folder)).toEqual([]);
  } finally {
    await server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
