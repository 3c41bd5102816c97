import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { instant } from '@billhook/core/time/instant';
import { controlClient } from '@billhook/sandbox/control-client';
import { startSandbox } from '@billhook/sandbox/start';
import { createStripeClients } from '../adapters/stripe/clients.ts';
import { tax } from '../adapters/stripe/tax.ts';
import type { TaxDriver } from '../modules/invoicing/tax-provider/conformance/driver.ts';

const CONTROL_TOKEN = 'control-token-of-the-tests';
const CALL_TIMEOUT_MS = 1_000;
const HOLD_MS = 3_000;
const START = '2026-03-02T10:00:00Z';

/** Stripe Tax at the sandbox with the adapter in front of it. */
export type SandboxTaxes = TaxDriver & {
  setNow(text: string): Promise<void>;
  /** Asks Stripe's API itself, past the adapter. */
  read(pathname: string): Promise<Record<string, unknown>>;
};

export async function sandboxTaxes(): Promise<SandboxTaxes> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'billhook-taxes-'));
  const sandbox = await startSandbox({
    folder,
    controlToken: CONTROL_TOKEN,
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
  });
  const control = controlClient(sandbox.controlUrl, CONTROL_TOKEN);
  const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
  const { id } = await control.putAccount({ key: secretKey });
  await control.setClock(id, Date.parse(START));
  const callOf = createStripeClients({ sandboxUrl: sandbox.stripeUrl, timeoutMs: CALL_TIMEOUT_MS });
  return {
    provider: tax(callOf({ mode: 'sandbox', secretKey })),
    stranger: tax(callOf({ mode: 'sandbox', secretKey: 'nobody' })),
    manyTaxes: { country: 'US', region: 'TX', postalCode: '78701' },
    selfAccounting: { country: 'DE', region: null, postalCode: null, taxId: 'DE136695976' },
    nowhere: { country: 'US', region: null, postalCode: null },
    now: instant(Date.parse(START)),
    taxCodes: ['txcd_10000000', 'txcd_20000000'],
    async setFaults({ timeoutsBefore = 0, timeoutsAfter = 0, rejectWith }) {
      await control.setFaults(id, {
        timeoutsBefore,
        timeoutsAfter,
        timeoutsOnAllWrites: true,
        holdMs: HOLD_MS,
        rejectRequests: rejectWith === undefined ? 0 : 1,
        rejectStatus: rejectWith ?? 500,
      });
    },
    async setNow(text) {
      await control.setClock(id, Date.parse(text));
    },
    async read(pathname) {
      const answer = await fetch(`${sandbox.stripeUrl}${pathname}`, {
        headers: { authorization: `Bearer ${secretKey}` },
      });
      return (await answer.json()) as Record<string, unknown>;
    },
    async close() {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
