import type { Instant } from '@billhook/core/time/instant';
import { describe, expect, test } from 'vitest';
import type { Hear } from '../../platform/news.ts';
import { createShelf } from './copy-shelf.ts';

const NEVER = Number.POSITIVE_INFINITY;

function desk() {
  const hearers = new Set<Hear>();
  const state = { now: 1_000_000, isHearing: true };
  const news = {
    hear(hear: Hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    isHearing: () => state.isHearing,
  };
  const shelf = createShelf<string>(news, () => state.now as Instant);
  const tell: Hear = (heard) => {
    for (const hear of hearers) hear(heard);
  };
  /** Reads `name` of customer `id` in a snapshot that is open while `meanwhile` happens. */
  const read = (name: string, id: string, value: string, more: { until?: number; meanwhile?(): void } = {}) =>
    shelf.read(1, async () => {
      more.meanwhile?.();
      return new Map([[name, { value, customerId: id, until: more.until ?? NEVER }]]);
    });
  return { state, shelf, tell, read, value: (name: string) => shelf.find(1, name)?.value };
}

describe('a copy', () => {
  test('I225 is found by its name until news name its customer, the tenant, or say that some were missed', async () => {
    const { shelf, tell, read, value } = desk();
    await read('acme', 'a', 'one');
    await read('bolt', 'b', 'two');
    expect([value('acme'), value('bolt'), value('nobody'), shelf.find(2, 'acme')]).toEqual([
      'one',
      'two',
      undefined,
      undefined,
    ]);
    tell({ tenantId: 2, about: 'rights', customers: ['a'] });
    tell({ tenantId: 1, about: 'keys', customers: 'all' });
    expect(value('acme')).toBe('one');
    tell({ tenantId: 1, about: 'standing', customers: ['a'] });
    expect([value('acme'), value('bolt')]).toEqual([undefined, 'two']);
    tell({ tenantId: 1, about: 'rights', customers: 'all' });
    expect(value('bolt')).toBeUndefined();
    await read('acme', 'a', 'three');
    tell('missed');
    expect(value('acme')).toBeUndefined();
  });

  test('I225 is not kept of a reading that news of its customer came in the middle of', async () => {
    const { tell, read, value } = desk();
    const about = 'standing';
    const found = await read('acme', 'a', 'old', {
      meanwhile: () => tell({ tenantId: 1, about, customers: ['a'] }),
    });
    expect([found.get('acme')?.value, value('acme')]).toEqual(['old', undefined]);
    await read('acme', 'a', 'old', { meanwhile: () => tell({ tenantId: 1, about, customers: 'all' }) });
    await read('bolt', 'b', 'old', { meanwhile: () => tell('missed') });
    expect([value('acme'), value('bolt')]).toEqual([undefined, undefined]);
    await read('acme', 'a', 'new', { meanwhile: () => tell({ tenantId: 1, about, customers: ['b'] }) });
    expect(value('acme')).toBe('new');
  });

  test('I225 holds for a few seconds, never past the instant at which it changes by itself, and only while news arrive', async () => {
    const { state, shelf, read, value } = desk();
    await read('acme', 'a', 'one');
    await read('bolt', 'b', 'two', { until: state.now + 300 });
    state.now += 299;
    expect(value('bolt')).toBe('two');
    state.now += 1;
    expect([value('bolt'), value('acme')]).toEqual([undefined, 'one']);
    state.isHearing = false;
    expect(value('acme')).toBeUndefined();
    state.isHearing = true;
    state.now += 4_699;
    expect(value('acme')).toBe('one');
    expect(state.now).toBeGreaterThan(shelf.find(1, 'acme')?.renewAt ?? NEVER);
    state.now += 1;
    expect(value('acme')).toBeUndefined();
  });

  test('I225 answers to the names that its customer had when it was read, and to no former one', async () => {
    const { tell, read, value } = desk();
    await read('acme', 'a', 'one');
    await read('cus_a', 'a', 'two');
    expect([value('acme'), value('cus_a')]).toEqual(['two', 'two']);
    tell({ tenantId: 1, about: 'rights', customers: ['a'] });
    await read('acme-renamed', 'a', 'three');
    expect([value('acme'), value('acme-renamed')]).toEqual([undefined, 'three']);
  });
});
