import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { silentLog } from './log.ts';
import { dispatchOutbox, type Listener, outboxSource, type StoredEvent } from './outbox.ts';

describe('the outbox', () => {
  let platform: TestPlatform;
  let seen: StoredEvent[];
  const recorder: Listener = {
    name: 'recorder',
    types: ['thing.made'],
    async handle(_ctx, event) {
      seen.push(event);
    },
  };
  beforeEach(async () => {
    platform = await startTestPlatform();
    seen = [];
  });
  afterEach(() => platform.close());

  const publish = (...types: string[]) =>
    platform.transactor.command(platform.one, async (ctx) => {
      for (const type of types) ctx.emit({ type, objectId: ctx.newId(), payload: { type } });
    });
  const pending = () =>
    platform.transactor.work((sql) => sql.rows('select 1 from outbox where dispatched_at is null'));

  it('hands events to those who want them, in order, once', async () => {
    await publish('thing.made', 'other.made', 'thing.made');
    expect(await dispatchOutbox(platform.transactor, [recorder], platform.one.tenantId, 10)).toBe(3);
    expect(seen.map((event) => event.type)).toEqual(['thing.made', 'thing.made']);
    expect(seen[0]?.seq ?? 0n).toBeLessThan(seen[1]?.seq ?? 0n);
    expect(await dispatchOutbox(platform.transactor, [recorder], platform.one.tenantId, 10)).toBe(0);
    expect(await pending()).toEqual([]);
  });

  it('hands the same event to one of two dispatchers at once', async () => {
    await publish(...Array.from({ length: 40 }, () => 'thing.made'));
    const run = () => dispatchOutbox(platform.transactor, [recorder], platform.one.tenantId, 10);
    await Promise.all([run(), run(), run(), run()]);
    while ((await run()) > 0);
    expect(new Set(seen.map((event) => event.id)).size).toBe(40);
  });

  it('keeps what a listener wrote with the mark, or neither', async () => {
    const failing: Listener = {
      name: 'failing',
      types: ['*'],
      async handle(ctx) {
        ctx.emit({ type: 'echo.made', objectId: ctx.newId(), payload: {} });
        throw new Error('no');
      },
    };
    await publish('thing.made');
    await expect(dispatchOutbox(platform.transactor, [failing], platform.one.tenantId, 10)).rejects.toThrow(
      'failing could not take thing.made',
    );
    expect((await pending()).length).toBe(1);
  });

  it('holds back an event that a listener cannot take, and lets the others pass', async () => {
    const picky: Listener = {
      name: 'picky',
      types: ['bad.made'],
      async handle() {
        throw new Error('no');
      },
    };
    await publish('thing.made', 'bad.made', 'thing.made');
    const source = outboxSource(platform.transactor, [recorder, picky], silentLog);
    expect(
      await platform.transactor.work((sql) => source.tenantsDue(sql, platform.transactor.wallNow())),
    ).toEqual([platform.one.tenantId]);
    expect(await source.run(platform.one.tenantId, 10)).toBe(2);
    expect(await source.run(platform.one.tenantId, 10)).toBe(0);
    expect((await pending()).length).toBe(1);
  });
});
