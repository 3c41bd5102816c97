import { expect, test } from 'vitest';
import type { SignedWebhook } from '../../modules/payments/provider.ts';
import { BASE, createAuthority, signedWebhook } from '../../testing/paypal-webhooks.ts';
import { createPayPalVerifier } from './verify-webhook.ts';

const PARTS = [
  'body',
  'secret',
  'paypal-transmission-id',
  'paypal-transmission-time',
  'paypal-transmission-sig',
  'paypal-cert-url',
  'paypal-auth-algo',
] as const;
const MUTATIONS = process.env.BILLHOOK_EXHAUSTIVE === '1' ? 1_000_000 : 10_000;

/** A small generator with a seed, so that a failure can be told by its number. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state % below;
  };
}

/** One place is changed, left out, doubled or put in; the text is another one afterwards. */
function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  const letter = String.fromCharCode(32 + random(95));
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + letter + text.slice(at);
    default:
      return text.slice(0, at) + text.slice(at, at + 1).repeat(2) + text.slice(at + 1);
  }
}

test(`of ${MUTATIONS} mutated PayPal webhooks none is accepted, and nobody else is asked`, async () => {
  const authority = createAuthority();
  const signer = authority.make();
  const hosts = new Set<string>();
  const check = createPayPalVerifier({
    sandboxUrl: BASE,
    sandboxRoot: async () => authority.root,
    fetch: async (input) => {
      hosts.add(new URL(String(input)).origin);
      return new Response(signer.pem);
    },
  });
  const genuine = signedWebhook(signer);
  expect(await check(genuine)).toMatchObject({ about: 'intent' });
  const random = createRandom(20_260_504);
  let accepted = 0;
  for (let index = 0; index < MUTATIONS; index += 1) {
    const part = PARTS[random(PARTS.length)] ?? 'body';
    const changed = changedIn(genuine, part, random);
    if (changed === null) continue;
    if ((await check(changed)) !== 'refused') accepted += 1;
  }
  expect(accepted).toBe(0);
  expect([...hosts]).toEqual([new URL(BASE).origin]);
});

/** The message with one part mutated; null where the mutation has changed nothing that is signed. */
function changedIn(
  genuine: SignedWebhook,
  part: (typeof PARTS)[number],
  random: (below: number) => number,
): SignedWebhook | null {
  if (part === 'body') {
    const body = Buffer.from(genuine.rawBody).toString('utf8');
    const mutated = mutate(body, random);
    return mutated === body ? null : { ...genuine, rawBody: Buffer.from(mutated, 'utf8') };
  }
  if (part === 'secret') {
    const mutated = mutate(genuine.secret, random);
    return mutated === genuine.secret ? null : { ...genuine, secret: mutated };
  }
  const value = String(genuine.headers[part]);
  const mutated = mutate(value, random);
  // Another address of the same host may serve the same certificate; who signed is what counts.
  const isSameSigner =
    part === 'paypal-cert-url' && mutated.startsWith(`${BASE}/v1/notifications/certs/CERT-`);
  if (mutated === value || isSameSigner) return null;
  return { ...genuine, headers: { ...genuine.headers, [part]: mutated } };
}
