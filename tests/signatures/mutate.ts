import { createHmac } from 'node:crypto';
import { isGenuine } from '../../apps/server/src/adapters/stripe/verify-webhook.ts';

/** Chance that repeats: the same seed gives the same numbers (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

const ALPHABET = '0123456789abcdefABCDEFgtv=,.+- \t\n\0é１"';

type Message = { header: string; body: Uint8Array; secret: string; atMs: number };
type Draw = (below: number) => number;
type Mutation = (message: Message, draw: Draw) => Message;

const cut = (text: string, at: number, count: number, put: string) =>
  text.slice(0, at) + put + text.slice(at + count);
const letter = (draw: Draw) => ALPHABET.charAt(draw(ALPHABET.length));
const withBody = (message: Message, change: (bytes: number[]) => void): Message => {
  const bytes = [...message.body];
  change(bytes);
  return { ...message, body: Uint8Array.from(bytes) };
};

/** Ways in which a message comes to be another one than was signed. */
const MUTATIONS: readonly Mutation[] = [
  (message, draw) => ({
    ...message,
    header: cut(message.header, draw(message.header.length), 1, letter(draw)),
  }),
  (message, draw) => ({
    ...message,
    header: cut(message.header, draw(message.header.length + 1), 0, letter(draw)),
  }),
  (message, draw) => ({
    ...message,
    header: cut(message.header, draw(message.header.length), 1 + draw(3), ''),
  }),
  (message, draw) => ({ ...message, header: message.header.slice(0, draw(message.header.length)) }),
  (message, draw) => {
    const at = draw(message.header.length - 1);
    const [one = '', two = ''] = [message.header.charAt(at), message.header.charAt(at + 1)];
    return { ...message, header: cut(message.header, at, 2, two + one) };
  },
  (message) => ({ ...message, header: message.header.toUpperCase() }),
  (message) => ({ ...message, header: message.header.replace('v1=', 'v0=') }),
  (message, draw) =>
    withBody(message, (bytes) => {
      const at = draw(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
    }),
  (message, draw) => withBody(message, (bytes) => bytes.splice(draw(bytes.length + 1), 0, draw(256))),
  (message, draw) => withBody(message, (bytes) => bytes.splice(draw(bytes.length), 1)),
  (message, draw) => ({
    ...message,
    secret: cut(message.secret, draw(message.secret.length), 1, letter(draw)),
  }),
  (message, draw) => ({
    ...message,
    atMs: message.atMs + (draw(2) === 0 ? -1 : 1) * (301_000 + draw(1_000_000_000)),
  }),
];

const isSame = (left: Message, right: Message) =>
  left.header === right.header &&
  left.secret === right.secret &&
  left.atMs === right.atMs &&
  Buffer.compare(left.body, right.body) === 0;

function signedMessage(draw: Draw): Message {
  const seconds = 1_600_000_000 + draw(300_000_000);
  const secret = `whsec_${Array.from({ length: 24 }, () => 'abcdefghijklmnop'.charAt(draw(16))).join('')}`;
  const body = Buffer.from(
    JSON.stringify({ id: `evt_${draw(1e9)}`, object: 'event', type: 'x', amount: draw(1e6) }),
  );
  const v1 = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return { header: `t=${seconds},v1=${v1}`, body, secret, atMs: seconds * 1000 };
}

/**
 * Signs messages, changes each in one way and asks the verifier. Every signed one must pass, none of the changed ones.
 * @returns how many of each passed, and the changed ones that did, for a look
 */
export function tryMutations(count: number, seed: number) {
  const draw = chance(seed);
  let [signed, tried] = [0, 0];
  const passed: string[] = [];
  while (tried < count) {
    const message = signedMessage(draw);
    if (isGenuine(message.body, message.header, message.secret, message.atMs)) signed += 1;
    const mutation = MUTATIONS[tried % MUTATIONS.length];
    const changed = mutation?.(message, draw) ?? message;
    // A letter that was put in place of itself changes nothing.
    if (isSame(message, changed)) continue;
    tried += 1;
    if (isGenuine(changed.body, changed.header, changed.secret, changed.atMs)) {
      passed.push(`${tried % MUTATIONS.length}: ${message.header} -> ${changed.header}`);
    }
  }
  return { signed, tried, passed };
}
