import { expect, test } from 'vitest';
import type { OffSessionCharge } from '../provider.ts';
import { AMOUNT, begun, ended, faultOf, newCharge, paid, searchOf, type World } from './steps.ts';

/** What is true of charges while the customer is away, whatever the network does. */
export function chargeLaws(world: World): void {
  const find = (charge: OffSessionCharge) => world().provider.findIntent(searchOf(world(), charge));

  test('a charge takes the amount, says its fee and what moved it, and is found by our attempt', async () => {
    const { provider, currency } = world();
    const { charge, key } = await newCharge(world());
    const intent = await ended(world(), await provider.chargeOffSession(charge, key));
    expect(intent).toMatchObject({
      status: 'succeeded',
      capturedMinor: AMOUNT,
      currency,
      attemptId: charge.attemptId,
      failureCode: null,
    });
    expect(intent.feeMinor).toBeGreaterThanOrEqual(0n);
    expect(intent.chargeId).not.toBeNull();
    expect(await find(charge)).toEqual(intent);
    expect(await provider.retrieveIntent(intent.id)).toEqual(intent);
  });

  test('the same key has one effect, however often and at once it is sent', async () => {
    const { provider } = world();
    const { charge, key } = await newCharge(world());
    const first = await provider.chargeOffSession(charge, key);
    const again = await Promise.all([1, 2, 3].map(() => provider.chargeOffSession(charge, key)));
    expect(new Set([first, ...again].map(({ id }) => id)).size).toBe(1);
  });

  test('a decline is an answer with a reason, and no money', async () => {
    const { provider } = world();
    const { charge, key } = await newCharge(world(), 'declining');
    const intent = await ended(world(), await provider.chargeOffSession(charge, key));
    expect(intent).toMatchObject({ status: 'failed', capturedMinor: 0n });
    expect(intent.failureCode).toMatch(/^\w{2,100}$/);
  });

  test('a decline of each kind is told by its reason, and the next charge is not declined', async () => {
    const { provider, setFaults, declines } = world();
    expect(declines.length).toBeGreaterThan(0);
    for (const { reason, failureCode } of declines) {
      const { charge, key } = await newCharge(world());
      await setFaults({ declineAs: reason });
      const intent = await ended(world(), await provider.chargeOffSession(charge, key));
      expect(intent).toMatchObject({ status: 'failed', capturedMinor: 0n, failureCode });
      expect(await paid(world())).toMatchObject({ failureCode: null });
    }
  });

  test('I16 a call that gets no answer is unknown: a look-up tells whether it happened', async () => {
    const { provider, setFaults } = world();
    const before = await newCharge(world());
    await setFaults({ timeoutsBefore: 1 });
    expect(await faultOf(provider.chargeOffSession(before.charge, before.key))).toBe('unknown');
    expect(await find(before.charge)).toBeNull();
    const sent = await provider.chargeOffSession(before.charge, before.key);
    expect(await ended(world(), sent)).toMatchObject({ status: 'succeeded', capturedMinor: AMOUNT });
    const after = await newCharge(world());
    await setFaults({ timeoutsAfter: 1 });
    expect(await faultOf(provider.chargeOffSession(after.charge, after.key))).toBe('unknown');
    const found = await find(after.charge);
    expect(found).toMatchObject(begun(world()));
    expect((await provider.chargeOffSession(after.charge, after.key)).id).toBe(found?.id);
  });
  answerLaws(world);
}

/** What is true of answers that are no success. */
function answerLaws(world: World): void {
  test.each([
    [429, 'busy'],
    [500, 'unknown'],
  ] as const)('an answer of %i is %s, and takes nothing', async (rejectWith, kind) => {
    const { provider, setFaults } = world();
    const { charge, key } = await newCharge(world());
    await setFaults({ rejectWith });
    expect(await faultOf(provider.chargeOffSession(charge, key))).toBe(kind);
    await setFaults({});
    expect(await provider.findIntent(searchOf(world(), charge))).toBeNull();
    expect(await provider.chargeOffSession(charge, key)).toMatchObject(begun(world()));
  });

  test('keys that are wrong are denied, which says nothing of the customer', async () => {
    const stranger = world().strangerWith('not-a-key-of-anybody');
    const { charge, key } = await newCharge(world());
    expect(await faultOf(stranger.chargeOffSession(charge, key))).toBe('denied');
    expect(await faultOf(stranger.inspect({ withBilling: false }))).toBe('denied');
  });

  test('a method that was removed is charged no more', async () => {
    const { provider } = world();
    const { charge, key } = await newCharge(world());
    await provider.detachMethod(charge.providerMethodId);
    const ended = await provider.chargeOffSession(charge, key).then(
      ({ status }) => status,
      (error: { kind?: string }) => error.kind,
    );
    expect(['failed', 'refused']).toContain(ended);
  });
}
