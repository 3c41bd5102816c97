import { randomUUID } from 'node:crypto';
import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { expect, test, vi } from 'vitest';
import { AMOUNT, begun, faultOf, newCharge, paid, searchOf, type World } from './steps.ts';
import { about } from './webhook-laws.ts';

/** Far longer than a charge takes on any machine; it passes at the provider alone, so nobody waits for it. */
const LATE_MS = 240_000;
/** How long the suite waits for what is carried out late, even on a busy machine. */
const PATIENCE = { timeout: 60_000, interval: 100 };

/** What is true where messages do not come as things happened, and where answers take their time. */
export function delayLaws(world: World): void {
  test('I460 a payment of which no message ever comes is found by a look-up and by asking what happened', async () => {
    const driver = world();
    const { provider } = driver;
    const { charge, key } = await newCharge(driver);
    await driver.setFaults({ loseWebhooks: true });
    const intent = await provider.chargeOffSession(charge, key);
    expect(await about(driver, intent.id)).toEqual([]);
    expect(await provider.findIntent(searchOf(driver, charge))).toMatchObject({
      id: intent.id,
      ...begun(driver),
    });
    if (provider.listEvents === undefined) return;
    const page = await provider.listEvents({ since: addMs(driver.now(), -MS_PER_DAY), cursor: null });
    expect(page.items.map(({ news }) => news.objectId)).toContain(intent.id);
  });

  test('I460 a message that comes late is genuine still, and tells to look at what a look-up knew before', async () => {
    const driver = world();
    const { provider, connector } = driver;
    const { charge, key } = await newCharge(driver);
    await driver.setFaults({ delayWebhooksMs: LATE_MS });
    const intent = await provider.chargeOffSession(charge, key);
    const known = await provider.findIntent(searchOf(driver, charge));
    expect(await about(driver, intent.id)).toEqual([]);
    driver.passWallMs(LATE_MS);
    const [late] = await about(driver, intent.id);
    if (late === undefined) return expect.fail('no message came');
    expect(await connector.verify(late)).toMatchObject({ about: 'intent', objectId: intent.id });
    expect(await provider.retrieveIntent(intent.id)).toEqual(known);
  });

  test('I460 messages that come newest first lead to the same payment and the same refund', async ({
    skip,
  }) => {
    const driver = world();
    const { provider, connector, lacks } = driver;
    skip(lacks.reversed !== undefined, lacks.reversed);
    let intentId = '';
    const refundId = randomUUID();
    const came = await driver.reversed(async () => {
      intentId = (await paid(driver)).id;
      await provider.refund({ refundId, intentId, amountMinor: 900n }, `refund:${refundId}`);
    });
    const told: string[] = [];
    for (const webhook of came) {
      const news = await connector.verify(webhook);
      if (typeof news === 'string') return expect.fail(news);
      if (news.objectId !== intentId && news.intentId !== intentId) continue;
      told.push(news.about);
      expect(await provider.retrieveIntent(intentId)).toMatchObject({
        status: 'succeeded',
        capturedMinor: AMOUNT,
      });
      expect(await provider.listRefunds(intentId)).toMatchObject([{ refundId, amountMinor: 900n }]);
    }
    expect(told).toContain('intent');
    expect(told.indexOf('refund')).toBeGreaterThanOrEqual(0);
    expect(told.indexOf('refund')).toBeLessThan(told.indexOf('intent'));
  });
  slowLaws(world);
}

/** What is true of answers that take long. */
function slowLaws(world: World): void {
  test('I461 a slow answer is waited for', async ({ skip }) => {
    const { provider, setFaults, lacks } = world();
    skip(lacks.slow !== undefined, lacks.slow);
    const { charge, key } = await newCharge(world());
    await setFaults({ slow: 'bearable' });
    const intent = await provider.chargeOffSession(charge, key);
    expect(intent).toMatchObject(begun(world()));
  });

  test('I461 an answer that is too slow is unknown; what is carried out late and sent again has one effect', async ({
    skip,
  }) => {
    const { provider, setFaults, lacks } = world();
    skip(lacks.slow !== undefined, lacks.slow);
    const { charge, key } = await newCharge(world());
    await setFaults({ slow: 'unbearable' });
    expect(await faultOf(provider.chargeOffSession(charge, key))).toBe('unknown');
    await setFaults({});
    const found = await vi.waitFor(async () => {
      const late = await provider.findIntent(searchOf(world(), charge));
      expect(late).toMatchObject(begun(world()));
      return late;
    }, PATIENCE);
    expect((await provider.chargeOffSession(charge, key)).id).toBe(found?.id);
  });
}
