import { randomUUID } from 'node:crypto';
import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { ProviderTransaction } from '../provider-money.ts';
import type { ConformanceDriver } from './driver.ts';
import { AMOUNT, paid, type World } from './steps.ts';

/** Everything that ever moved, page by page. */
export async function everything({
  provider,
  now,
  settlement,
}: ConformanceDriver): Promise<ProviderTransaction[]> {
  const all: ProviderTransaction[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: ProviderTransaction[]; cursor: string | null } | undefined =
      await provider.listTransactions?.({
        since: addMs(now(), -(1 + (settlement?.days ?? 0)) * MS_PER_DAY),
        until: addMs(now(), MS_PER_DAY),
        cursor,
      });
    all.push(...(page?.items ?? []));
    cursor = page?.cursor ?? null;
  } while (cursor !== null);
  return all;
}

/** What is true of the list of movements, and of disputes. */
export function moneyLaws(world: World): void {
  test('every movement is listed once, and its net is its gross less its fee', async () => {
    const { provider } = world();
    if (!provider.capabilities.transactions) return;
    const intent = await paid(world());
    const refundId = randomUUID();
    await provider.refund({ refundId, intentId: intent.id, amountMinor: 900n }, `refund:${refundId}`);
    const all = await everything(world());
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const one of all) expect([one.id, one.netMinor]).toEqual([one.id, one.grossMinor - one.feeMinor]);
    const own = all.filter(({ intentId }) => intentId === intent.id);
    const gross = (kind: string) =>
      own.filter((one) => one.kind === kind).map(({ grossMinor }) => grossMinor);
    expect(gross('charge')).toEqual([AMOUNT]);
    expect(gross('refund')).toEqual([-900n]);
    expect(own.find(({ kind }) => kind === 'charge')).toMatchObject({ feeMinor: intent.feeMinor });
  });

  test('a dispute takes the money, names its deadline, and is answered once', async () => {
    const driver = world();
    const { provider } = driver;
    if (!provider.capabilities.disputes || driver.openDispute === undefined) return;
    const intent = await paid(driver);
    await driver.openDispute(intent.id);
    const since = addMs(driver.now(), -MS_PER_DAY);
    const [opened] = ((await provider.listDisputes?.(since)) ?? []).filter(
      ({ intentId }) => intentId === intent.id,
    );
    expect(opened).toMatchObject({
      status: 'needs_response',
      amountMinor: AMOUNT,
      currency: driver.currency,
    });
    expect(opened?.evidenceDueAt).not.toBeNull();
    const evidence = {
      customerName: 'Ada',
      customerEmail: 'ada@example.com',
      customerIp: null,
      billingAddress: null,
      productDescription: 'Pro plan',
      serviceDate: null,
      accessLog: null,
      refundPolicy: null,
      cancellationPolicy: null,
      text: 'winning_evidence',
    };
    const id = opened?.id ?? '';
    const answered = await provider.submitEvidence?.(id, evidence, [], `evidence:${id}`);
    expect(answered?.status).toBe('under_review');
    expect((await provider.submitEvidence?.(id, evidence, [], `evidence:${id}`))?.status).toBe(
      'under_review',
    );
    await driver.passDays(2);
    expect((await provider.retrieveDispute?.(id))?.status).toMatch(/^(won|under_review)$/);
  });
}
