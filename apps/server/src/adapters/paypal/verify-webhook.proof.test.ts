import { expect, test } from 'vitest';
import { tryPayPalMutations } from '../../testing/paypal-mutations.ts';
import { BASE } from '../../testing/paypal-webhooks.ts';

/** `npm run test:exhaustive` tries a million. */
test('of 10,000 mutated PayPal webhooks none is accepted, and nobody else is asked', async () => {
  expect(await tryPayPalMutations(10_000, 20_260_504)).toEqual({
    isSignedTaken: true,
    tried: 10_000,
    taken: 0,
    hosts: [new URL(BASE).origin],
  });
});
