import { createPayPalVerifier } from '../adapters/paypal/verify-webhook.ts';
import type { SignedWebhook } from '../modules/payments/provider.ts';
import { BASE, createAuthority, signedWebhook } from './paypal-webhooks.ts';

const PARTS = [
  'body',
  'secret',
  'paypal-transmission-id',
  'paypal-transmission-time',
  'paypal-transmission-sig',
  'paypal-cert-url',
  'paypal-auth-algo',
] as const;
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

/** What came of messages that were changed in one place each. */
export type MutationsTried = { isSignedTaken: boolean; tried: number; taken: number; hosts: string[] };

/** Changes a signed message of PayPal in one place, `count` times, and asks the verifier each time. */
export async function tryPayPalMutations(count: number, seed: number): Promise<MutationsTried> {
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
  const isSignedTaken = typeof (await check(genuine)) === 'object';
  const random = createRandom(seed);
  let [tried, taken] = [0, 0];
  while (tried < count) {
    const changed = changedIn(genuine, PARTS[random(PARTS.length)] ?? 'body', random);
    if (changed === null) continue;
    tried += 1;
    if ((await check(changed)) !== 'refused') taken += 1;
  }
  return { isSignedTaken, tried, taken, hosts: [...hosts] };
}

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
