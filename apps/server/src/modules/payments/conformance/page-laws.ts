import { randomUUID } from 'node:crypto';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { NewSession } from '../provider.ts';
import type { ConformanceDriver } from './driver.ts';
import { AMOUNT, ended, finished, newCustomer, type World } from './steps.ts';

async function newSession(driver: ConformanceDriver, mode: NewSession['mode']) {
  const checkoutId = randomUUID();
  const session: NewSession = {
    checkoutId,
    mode,
    providerCustomerId: await newCustomer(driver),
    currency: driver.currency,
    amountMinor: mode === 'setup' ? 0n : AMOUNT,
    description: 'Pro plan',
    successUrl: 'https://example.com/thanks',
    cancelUrl: 'https://example.com/back',
    expiresAt: addMs(driver.now(), 2 * MS_PER_HOUR),
  };
  return { session, key: `checkout:${checkoutId}` };
}

/** What is true of hosted pages. */
export function pageLaws(world: World): void {
  test('I15 a page is paid once, and what came of it is read from the provider', async () => {
    const { provider, completePage } = world();
    const { session, key } = await newSession(world(), 'payment');
    const open = await provider.createCheckoutSession(session, key);
    expect(open).toMatchObject({ status: 'open', checkoutId: session.checkoutId });
    expect((await provider.createCheckoutSession(session, key)).id).toBe(open.id);
    expect(await completePage(open.url ?? '')).toBe(true);
    const done = await finished(world(), open.id);
    expect(done.status).toBe('complete');
    const intent = await ended(world(), await provider.retrieveIntent(done.intentId ?? ''));
    expect(intent).toMatchObject({ status: 'succeeded', capturedMinor: AMOUNT });
    const method = await provider.retrieveMethod(done.methodId ?? intent.methodId ?? '');
    expect(method).toMatchObject({
      providerCustomerId: session.providerCustomerId,
      kind: world().methodKind,
    });
    expect((await provider.expireSession(open.id)).status).toBe('complete');
  });

  test('a page that was closed takes no money', async () => {
    const { provider, completePage } = world();
    const { session, key } = await newSession(world(), 'payment');
    const open = await provider.createCheckoutSession(session, key);
    expect((await provider.expireSession(open.id)).status).toBe('expired');
    expect((await provider.expireSession(open.id)).status).toBe('expired');
    const isLetIn = await completePage(open.url ?? '');
    const after = await provider.retrieveSession(open.id);
    expect(after.intentId).toBeNull();
    // A provider that waits for us may let the customer agree; what was closed is not taken by us any more.
    if (provider.completeSession !== undefined) return;
    expect(isLetIn).toBe(false);
    expect(after.status).toBe('expired');
  });

  test('a page without an amount keeps a method that can be charged and removed', async () => {
    const { provider, completePage, methodKind, currency } = world();
    if (!provider.capabilities.savedMethods) return;
    const { session, key } = await newSession(world(), 'setup');
    const open = await provider.createCheckoutSession(session, key);
    expect(await completePage(open.url ?? '')).toBe(true);
    const { methodId } = await finished(world(), open.id);
    const { providerCustomerId } = session;
    const attemptId = randomUUID();
    const charged = await provider.chargeOffSession(
      {
        attemptId,
        providerCustomerId,
        providerMethodId: methodId ?? '',
        kind: methodKind,
        currency,
        amountMinor: AMOUNT,
        description: 'Invoice 2',
      },
      `attempt:${attemptId}`,
    );
    expect(await ended(world(), charged)).toMatchObject({ status: 'succeeded', capturedMinor: AMOUNT });
    expect((await provider.listMethods(providerCustomerId)).map(({ id }) => id)).toEqual([methodId]);
    await provider.detachMethod(methodId ?? '');
    expect(await provider.listMethods(providerCustomerId)).toEqual([]);
  });
}
