import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ConformanceDriver } from './driver.ts';
import { everything } from './money-laws.ts';
import { AMOUNT, faultOf, paid, type World } from './steps.ts';

const refundOf = (intentId: string, amountMinor: bigint) => ({
  refundId: randomUUID(),
  intentId,
  amountMinor,
});

const sumOf = async ({ provider }: ConformanceDriver, intentId: string) =>
  (await provider.listRefunds(intentId))
    .filter(({ status }) => status !== 'failed')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

/** What is true of money that is given back. */
export function refundLaws(world: World): void {
  test('I19 parts go back up to what was captured, and nothing beyond', async () => {
    const { provider } = world();
    const intent = await paid(world());
    const part = refundOf(intent.id, 900n);
    const made = await provider.refund(part, `refund:${part.refundId}`);
    expect(made).toMatchObject({ intentId: intent.id, amountMinor: 900n, refundId: part.refundId });
    const tooMuch = refundOf(intent.id, AMOUNT);
    expect(await faultOf(provider.refund(tooMuch, `refund:${tooMuch.refundId}`))).toBe('refused');
    const rest = refundOf(intent.id, AMOUNT - 900n);
    await provider.refund(rest, `refund:${rest.refundId}`);
    expect(await sumOf(world(), intent.id)).toBe(AMOUNT);
    expect((await provider.retrieveRefund(made.id)).refundId).toBe(part.refundId);
  });

  test('I580 a refund that comes back is told, failed wherever it is looked up, back in the balance, and free to go again', async () => {
    const driver = world();
    const { provider, connector } = driver;
    const intent = await paid(driver);
    const part = refundOf(intent.id, AMOUNT);
    const made = await provider.refund(part, `refund:${part.refundId}`);
    // Where a bank takes days, it has arrived by then.
    await driver.passDays(8);
    const told = async () =>
      (await driver.webhooks())
        .flatMap(({ rawBody }) => connector.read(rawBody) ?? [])
        .filter(({ about, intentId }) => about === 'refund' && intentId === intent.id).length;
    const before = await told();
    await driver.returnRefund(made.id);
    const after = await provider.retrieveRefund(made.id);
    expect(after).toMatchObject({ status: 'failed', refundId: part.refundId });
    expect(await sumOf(driver, intent.id)).toBe(0n);
    expect(await told()).toBeGreaterThan(before);
    if (provider.capabilities.transactions) {
      const back = (await everything(driver)).filter(({ kind }) => kind === 'refund_failure');
      const sums = back.map(({ sourceId, grossMinor }) => [sourceId, grossMinor]);
      expect(sums).toContainEqual([made.id, AMOUNT]);
    }
    const again = refundOf(intent.id, AMOUNT);
    await provider.refund(again, `refund:${again.refundId}`);
    expect(await sumOf(driver, intent.id)).toBe(AMOUNT);
  });

  test('the same key gives back once', async () => {
    const { provider } = world();
    const intent = await paid(world());
    const part = refundOf(intent.id, 100n);
    const key = `refund:${part.refundId}`;
    const answers = [await provider.refund(part, key), await provider.refund(part, key)];
    expect(answers[0]?.id).toBe(answers[1]?.id);
    expect(await sumOf(world(), intent.id)).toBe(100n);
  });

  test('a refund that gets no answer is unknown: a look-up tells whether it happened', async () => {
    const { provider, setFaults } = world();
    const intent = await paid(world());
    const lost = refundOf(intent.id, 100n);
    await setFaults({ timeoutsBefore: 1 });
    expect(await faultOf(provider.refund(lost, `refund:${lost.refundId}`))).toBe('unknown');
    expect(await provider.findRefund(lost)).toBeNull();
    const done = refundOf(intent.id, 200n);
    await setFaults({ timeoutsAfter: 1 });
    expect(await faultOf(provider.refund(done, `refund:${done.refundId}`))).toBe('unknown');
    expect(await provider.findRefund(done)).toMatchObject({ amountMinor: 200n, intentId: intent.id });
    await provider.refund(done, `refund:${done.refundId}`);
    expect(await sumOf(world(), intent.id)).toBe(200n);
  });
}
