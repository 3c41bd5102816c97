import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { type ControlClient, controlClient } from '../control-client.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../start.ts';

export const CONTROL_TOKEN = 'control-token-of-the-tests';
export const TEST_KEY = 'sk_test_tests';

/** A running sandbox with clients that talk to it over the network. */
export interface TestSandbox extends Sandbox {
  readonly folder: string;
  readonly control: ControlClient;
  readonly stripe: Stripe;
  /** Stops it and removes its folder. */
  readonly dispose: () => Promise<void>;
}

/** The official SDK, pointed at a sandbox, without retries of its own. */
export function stripeClient(url: string, key = TEST_KEY, timeoutMs = 10_000): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    timeout: timeoutMs,
  });
}

/** Starts a sandbox on free ports, in a folder of its own unless one is given. */
export async function testSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'billhook-sandbox-')));
  const sandbox = await startSandbox({
    controlToken: CONTROL_TOKEN,
    wallNow: () => performance.timeOrigin + performance.now(),
    randomBytes,
    log: { info: () => undefined, warn: () => undefined },
    ...options,
    folder,
  });
  return {
    ...sandbox,
    folder,
    control: controlClient(sandbox.controlUrl, CONTROL_TOKEN),
    stripe: stripeClient(sandbox.stripeUrl),
    dispose: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A customer with a card that was made from a token. */
export async function customerWithCard(
  stripe: Stripe,
  token: string,
): Promise<{ customer: string; method: string }> {
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const method = await stripe.paymentMethods.attach(token, { customer: customer.id });
  return { customer: customer.id, method: method.id };
}
