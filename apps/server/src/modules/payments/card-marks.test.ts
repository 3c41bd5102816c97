import { expect, test } from 'vitest';
import { createCardMarker, withCardMarks } from './card-marks.ts';
import type { PaymentProvider, ProviderConnector, ProviderMethod } from './provider.ts';

const mark = createCardMarker(new Uint8Array(32).fill(7));
const card = { id: 'pm_1', fingerprint: 'aQ3xT0' } as ProviderMethod;
const debit = { id: 'pm_2', fingerprint: null } as ProviderMethod;

test('every way on which a method comes in from a provider marks its card, and the same way', async () => {
  const provider = {
    attachMethod: async () => card,
    retrieveMethod: async () => card,
    listMethods: async () => [card, debit],
    billing: { listMethods: async () => ({ methods: [card, debit], defaultId: 'pm_1' }) },
  } as unknown as PaymentProvider;
  const plain = { name: 'stripe', connect: () => provider } as unknown as ProviderConnector;
  const marked = withCardMarks(plain, mark).connect({} as never);
  const expected = { ...card, fingerprint: mark('stripe', 'aQ3xT0') };
  expect(expected.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(await marked.attachMethod('cus_1', 'pm_1', 'key')).toEqual(expected);
  expect(await marked.retrieveMethod('pm_1')).toEqual(expected);
  expect(await marked.listMethods('cus_1')).toEqual([expected, debit]);
  expect(await marked.billing?.listMethods('cus_1')).toEqual({
    methods: [expected, debit],
    defaultId: 'pm_1',
  });
  const without = withCardMarks(
    { ...plain, connect: () => ({ ...provider, billing: undefined }) as never },
    mark,
  );
  expect(without.connect({} as never).billing).toBeUndefined();
});
