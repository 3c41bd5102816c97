import { addMs, MS_PER_DAY } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import type { SignedWebhook } from '../provider.ts';
import type { ConformanceDriver } from './driver.ts';
import { paid, type World } from './steps.ts';

/** What came in about a payment, in the order in which it came. */
export async function about(driver: ConformanceDriver, intentId: string): Promise<SignedWebhook[]> {
  const found: SignedWebhook[] = [];
  for (const webhook of await driver.webhooks()) {
    const news = driver.connector.read(webhook.rawBody);
    if (news?.about === 'intent' && news.objectId === intentId) found.push(webhook);
  }
  return found;
}

/** What is true of messages that come in. */
export function webhookLaws(world: World): void {
  test('S27 a payment is told by a genuine message, which says where to look and no more', async () => {
    const { connector } = world();
    const intent = await paid(world());
    const [webhook] = await about(world(), intent.id);
    if (webhook === undefined) return expect.fail('no message came');
    const news = await connector.verify(webhook);
    expect(news).toMatchObject({ about: 'intent', objectId: intent.id });
    expect(connector.read(webhook.rawBody)).toEqual(news);
    expect(connector.read(new Uint8Array([0xff, 0x00]))).toBeNull();
  });

  test('S28 a message with any byte changed, another secret or no headers is refused', async () => {
    const { connector } = world();
    const intent = await paid(world());
    const [webhook] = await about(world(), intent.id);
    if (webhook === undefined) return expect.fail('no message came');
    const step = Math.max(1, Math.floor(webhook.rawBody.length / 40));
    for (let at = 0; at < webhook.rawBody.length; at += step) {
      const rawBody = Uint8Array.from(webhook.rawBody);
      rawBody[at] = (rawBody[at] ?? 0) ^ 1;
      expect(await connector.verify({ ...webhook, rawBody })).toBe('refused');
    }
    expect(await connector.verify({ ...webhook, headers: {} })).toBe('refused');
    expect(await connector.verify({ ...webhook, secret: `${webhook.secret}x` })).toBe('refused');
  });

  test('what came twice is the same event', async () => {
    const { connector, setFaults } = world();
    await setFaults({ duplicateWebhooks: true });
    const intent = await paid(world());
    const ids = (await about(world(), intent.id)).map((one) => connector.read(one.rawBody)?.id);
    expect(ids.length).toBeGreaterThan(new Set(ids).size);
  });

  test('what was told can be asked for, too', async () => {
    const { provider, webhooks, connector } = world();
    if (provider.listEvents === undefined) return;
    const intent = await paid(world());
    const told = new Set((await webhooks()).map((one) => connector.read(one.rawBody)?.id));
    const page = await provider.listEvents({ since: addMs(world().now(), -MS_PER_DAY), cursor: null });
    const asked = page.items.filter(({ news }) => news.objectId === intent.id);
    expect(asked.length).toBeGreaterThan(0);
    for (const event of asked) {
      expect(connector.read(event.body)).toEqual(event.news);
      expect(told.has(event.news.id)).toBe(true);
    }
  });
}
