import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type PaymentProvider, ProviderFault } from '../provider.ts';
import type { World } from './steps.ts';

const CALLS = {
  disputes: ['retrieveDispute', 'listDisputes', 'submitEvidence'],
  transactions: ['listTransactions', 'listPayouts'],
  events: ['listEvents'],
} as const satisfies Partial<
  Record<keyof PaymentProvider['capabilities'], readonly (keyof PaymentProvider)[]>
>;

/** What is true of the account and of customers. */
export function accountLaws(world: World): void {
  test('what the provider cannot do is absent, and what it says it can is there', () => {
    const { provider, connector } = world();
    expect(provider.name).toBe(connector.name);
    expect(connector.name).toMatch(/^[a-z][a-z0-9_]{1,39}$/);
    for (const [capability, calls] of Object.entries(CALLS)) {
      const isThere = provider.capabilities[capability as keyof typeof CALLS];
      for (const call of calls) expect([call, provider[call] !== undefined]).toEqual([call, isThere]);
    }
  });

  test('a customer is made once under a key', async () => {
    const { provider } = world();
    const customerId = randomUUID();
    const customer = { customerId, name: 'Grace', email: null };
    const first = await provider.createCustomer(customer, `customer:${customerId}`);
    expect(await provider.createCustomer(customer, `customer:${customerId}`)).toBe(first);
  });

  test('a customer that is taken away is gone, and a second call says so without an effect', async () => {
    const { provider } = world();
    if (provider.deleteCustomer === undefined) return;
    const id = await provider.createCustomer(
      { customerId: randomUUID(), name: 'Grace', email: null },
      `customer:${randomUUID()}`,
    );
    await provider.deleteCustomer(id);
    const isGone = await provider.listMethods(id).then(
      (methods) => methods.length === 0,
      (error: unknown) => error instanceof ProviderFault && error.kind === 'refused',
    );
    expect(isGone).toBe(true);
    await provider.deleteCustomer(id).catch((error: unknown) => {
      expect(error).toMatchObject({ name: 'ProviderFault', kind: 'refused' });
    });
  });

  test('an inspection moves nothing and says whether the money is real', async () => {
    const found = await world().provider.inspect({ withBilling: false });
    expect(found.isLive).toBe(false);
    expect(found.missingScopes).toEqual([]);
  });
}
