import type { CustomerBooks } from '@billhook/core/decision/books';
import { addMs, type Instant, MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '@billhook/core/time/instant';
import { drawScript } from '../bank/draw.ts';
import type { Script } from '../bank/script.ts';
import type { Prng } from '../prng.ts';
import { type Fault, type Intent, KeyedProvider, newsTimes } from './keyed-provider.ts';
import { Till } from './till.ts';

const paidAtOnce = (amountMinor: bigint): Script => ({
  bank: { kind: 'pays' },
  amountMinor,
  isCustomerThere: false,
  deeds: [],
});

/** When webhooks arrive: dropped, doubled, out of order and late, as the provider's network has it. */
export function drawArrivals(prng: Prng, intent: Intent): readonly Instant[] {
  const arrivals: Instant[] = [];
  for (const at of newsTimes(intent)) {
    if (prng.chance(0.3)) continue;
    for (let copy = prng.pick([1, 1, 2, 3]); copy > 0; copy -= 1)
      arrivals.push(addMs(at, prng.pick([0, 1, 60, 3_600, 86_400 * 2]) * prng.int(1, 30) * MS_PER_SECOND));
  }
  return arrivals;
}

const YEAR_MS = 400 * MS_PER_DAY;

/**
 * Lives through everything that is due: look-ups by their schedule, webhooks when they arrive, and the hourly asking for
 * what no webhook brought, each `pollMs` after the provider's change.
 */
export function live(
  till: Till,
  provider: KeyedProvider,
  start: Instant,
  options: {
    arrivals: (intent: Intent) => readonly Instant[];
    pollMs: number | null;
    isLookUpAnswered: () => boolean;
    fault: () => Fault;
  },
): Instant {
  let now = start;
  let heard: Instant[] | null = null;
  for (;;) {
    provider.arrive(now);
    const [intent] = provider.intents;
    if (heard === null && intent !== undefined) {
      const polled =
        options.pollMs === null ? [] : newsTimes(intent).map((at) => addMs(at, options.pollMs ?? 0));
      heard = [...options.arrivals(intent), ...polled].toSorted((one, other) => one - other);
    }
    const nextNews = heard?.[0] ?? Number.POSITIVE_INFINITY;
    const nextLookUp = till.lookUpAt ?? Number.POSITIVE_INFINITY;
    const next = Math.min(nextNews, nextLookUp);
    if (next === Number.POSITIVE_INFINITY || next > start + YEAR_MS) return now;
    now = Math.max(now, next) as Instant;
    if (nextNews <= nextLookUp) {
      heard?.shift();
      till.hear(now);
    } else {
      till.lookUp(now, options.isLookUpAnswered(), options.fault());
    }
  }
}

/** One invoice that is collected while calls lose their answers. */
export function playTimeOut(
  prng: Prng,
  books: CustomerBooks,
  start: Instant,
  bug: { resendsUnderNewKey?: boolean } = {},
) {
  const provider = new KeyedProvider(({ amountMinor }) => paidAtOnce(amountMinor));
  const till = new Till(structuredClone(books), 'inv_1', provider, bug);
  const first: Fault = prng.chance(0.7)
    ? 'lost_answer'
    : prng.chance(0.5)
      ? 'lost_call'
      : { lateMs: prng.pick([30, 90, 400, 4_000]) * MS_PER_SECOND };
  till.begin(start, first);
  const end = live(till, provider, start, {
    arrivals: () => [],
    pollMs: null,
    isLookUpAnswered: () => prng.chance(0.7),
    fault: () => prng.pick(['none', 'none', 'lost_answer', 'lost_call'] as const),
  });
  return { till, provider, tookMs: end - start };
}

/** One payment whose news arrive in order, once and at once, and the same whose news do not. */
export function playNews(prng: Prng, books: CustomerBooks, start: Instant, rounds: number) {
  const amountMinor = 1190n;
  const script = drawScript(prng, amountMinor);
  const run = (arrivals: (intent: Intent) => readonly Instant[], pollMs: number | null) => {
    const provider = new KeyedProvider(() => script);
    const till = new Till(structuredClone(books), 'inv_1', provider);
    till.begin(start, 'none');
    live(till, provider, start, {
      arrivals,
      pollMs,
      isLookUpAnswered: () => true,
      fault: () => 'none' as const,
    });
    return till;
  };
  const plain = run(newsTimes, null);
  const others = Array.from({ length: rounds }, (_, round) =>
    run((intent) => drawArrivals(prng.fork(`${round}`), intent), MS_PER_HOUR),
  );
  return { plain, others };
}
