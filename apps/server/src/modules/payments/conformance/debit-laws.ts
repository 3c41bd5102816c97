import { randomUUID } from 'node:crypto';
import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { ConformanceDriver, Settlement } from './driver.ts';
import { AMOUNT, ended, faultOf, newCharge, newCustomer, paid, searchOf, type World } from './steps.ts';
import { about } from './webhook-laws.ts';

const AT_ONCE = 'Here the outcome of a charge is known at once.';

function settlementOf({ settlement }: ConformanceDriver): Settlement {
  if (settlement === null) return expect.fail(AT_ONCE);
  return settlement;
}

/** What is true of payments whose outcome banks tell days later. */
export function debitLaws(world: World): void {
  test('I476 until its bank has answered a debit is under way, and nothing of it can go back', async ({
    skip,
  }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    const { provider } = driver;
    const { charge, key } = await newCharge(driver);
    const intent = await provider.chargeOffSession(charge, key);
    await driver.passDays(settlementOf(driver).days - 1);
    expect(await provider.retrieveIntent(intent.id)).toMatchObject({
      status: 'processing',
      capturedMinor: 0n,
    });
    const refund = { refundId: randomUUID(), intentId: intent.id, amountMinor: 100n };
    expect(await faultOf(provider.refund(refund, `refund:${refund.refundId}`))).toBe('refused');
    await driver.passDays(1);
    expect(await provider.retrieveIntent(intent.id)).toMatchObject({
      status: 'succeeded',
      capturedMinor: AMOUNT,
    });
    // The key stands for what was begun with it, whatever became of that.
    expect((await provider.chargeOffSession(charge, key)).id).toBe(intent.id);
  });

  test('I476 that a debit was paid, or came back, is told by a message of its own, also twice', async ({
    skip,
  }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    for (const how of ['good', 'declining'] as const) {
      const { charge, key } = await newCharge(driver, how);
      const intent = await driver.provider.chargeOffSession(charge, key);
      const before = await about(driver, intent.id);
      await driver.setFaults({ duplicateWebhooks: true });
      await ended(driver, intent);
      const came = (await about(driver, intent.id)).slice(before.length);
      const ids = came.map(({ rawBody }) => driver.connector.read(rawBody)?.id);
      expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
      for (const webhook of came) {
        expect(await driver.connector.verify(webhook)).toMatchObject({
          about: 'intent',
          objectId: intent.id,
        });
      }
      await driver.setFaults({});
    }
  });

  test('I476 a debit of which no message ever comes is found as it ended', async ({ skip }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    for (const [how, status] of [
      ['good', 'succeeded'],
      ['declining', 'failed'],
    ] as const) {
      const { charge, key } = await newCharge(driver, how);
      const before = driver.now();
      await driver.setFaults({ loseWebhooks: true });
      const intent = await driver.provider.chargeOffSession(charge, key);
      await ended(driver, intent);
      expect(await about(driver, intent.id)).toEqual([]);
      const search = { ...searchOf(driver, charge), since: before };
      expect(await driver.provider.findIntent(search)).toMatchObject({ id: intent.id, status });
      await driver.setFaults({});
    }
  });

  returnLaws(world);
}

/** What is true of debits that are sent twice, asked back, given back or sent back. */
function returnLaws(world: World): void {
  test('I476 a debit whose call got no answer is one debit, on the day when its bank answers, too', async ({
    skip,
  }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    const { provider } = driver;
    const { charge, key } = await newCharge(driver);
    const before = driver.now();
    await driver.setFaults({ timeoutsAfter: 1 });
    expect(await faultOf(provider.chargeOffSession(charge, key))).toBe('unknown');
    await driver.setFaults({});
    const again = await provider.chargeOffSession(charge, key);
    const end = await ended(driver, again);
    expect(end).toMatchObject({ status: 'succeeded', capturedMinor: AMOUNT, attemptId: charge.attemptId });
    expect(await provider.findIntent({ ...searchOf(driver, charge), since: before })).toEqual(end);
  });

  test('I476 a debit that its bank asks back later stays paid, and is a dispute that is lost', async ({
    skip,
  }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    const { provider } = driver;
    const since = driver.now();
    const customer = await newCustomer(driver);
    const { charge, key } = await newCharge(driver);
    const providerMethodId = await settlementOf(driver).saveReturned(provider, customer, driver.now());
    const returning = { ...charge, providerCustomerId: customer, providerMethodId };
    const intent = await ended(driver, await provider.chargeOffSession(returning, key));
    expect(intent).toMatchObject({ status: 'succeeded', capturedMinor: AMOUNT });
    const disputes = ((await provider.listDisputes?.(since)) ?? []).filter(
      ({ intentId }) => intentId === intent.id,
    );
    expect(disputes).toMatchObject([
      { status: 'lost', amountMinor: AMOUNT, withdrawnMinor: AMOUNT, evidenceDueAt: null },
    ]);
    const refund = { refundId: randomUUID(), intentId: intent.id, amountMinor: 100n };
    expect(await faultOf(provider.refund(refund, `refund:${refund.refundId}`))).toBe('refused');
  });

  test('I476 a refund of a debit takes days, and is told when it arrived', async ({ skip }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    const { provider } = driver;
    const intent = await paid(driver);
    const refund = { refundId: randomUUID(), intentId: intent.id, amountMinor: 900n };
    const made = await provider.refund(refund, `refund:${refund.refundId}`);
    expect(made.status).toBe('pending');
    await driver.passDays(settlementOf(driver).days);
    expect(await provider.retrieveRefund(made.id)).toMatchObject({ status: 'succeeded', amountMinor: 900n });
    const news = (await driver.webhooks()).map(({ rawBody }) => driver.connector.read(rawBody));
    expect(news.filter((one) => one?.objectId === made.id).length).toBeGreaterThanOrEqual(2);
  });

  test('I476 the movement of a debit that came back leaves nothing on the balance', async ({ skip }) => {
    const driver = world();
    skip(driver.settlement === null, AT_ONCE);
    const since = driver.now();
    const { charge, key } = await newCharge(driver, 'declining');
    await ended(driver, await driver.provider.chargeOffSession(charge, key));
    const page = await driver.provider.listTransactions?.({
      since,
      until: addMs(driver.now(), MS_PER_DAY),
      cursor: null,
    });
    const kinds = (page?.items ?? []).map(({ kind }) => kind);
    expect(kinds).toContain('charge_failure');
    const netMinor = (page?.items ?? []).reduce((sum, one) => sum + one.netMinor, 0n);
    expect(netMinor).toBe(0n);
  });
}
