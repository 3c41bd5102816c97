import type { AttemptNews } from '@billhook/core/payments/decide-attempt-outcome';
import type { DisputeNews } from '@billhook/core/payments/dispute';
import { addMs, type Instant, MS_PER_DAY } from '@billhook/core/time/instant';
import { lived, type Moment, type Script, seen } from '../bank/script.ts';

export interface Intent {
  readonly id: string;
  readonly attemptId: string;
  readonly amountMinor: bigint;
  readonly madeAt: Instant;
  /** What becomes of it at the provider, moment by moment. */
  readonly life: readonly Moment[];
}

/** What becomes of one call: answered, done with the answer lost, lost on its way, or done only after a while. */
export type Fault = 'none' | 'lost_answer' | 'lost_call' | { readonly lateMs: number };

export interface Call {
  readonly key: string;
  readonly attemptId: string;
  readonly amountMinor: bigint;
}

const KEY_LIFE_MS = MS_PER_DAY;

/**
 * A provider as it is: it charges again for every new key, answers a known key with what it did before, forgets keys after a day,
 * and refuses a known key with other contents. Calls may come to it late, when nobody waits for them any more.
 */
export class KeyedProvider {
  readonly intents: Intent[] = [];
  /** Known keys that came with other contents: a bug of the caller. */
  misusedKeys = 0;
  private readonly keys = new Map<string, { intent: Intent; at: Instant }>();
  private readonly late: { at: Instant; call: Call }[] = [];
  private readonly scriptOf: (call: Call) => Script;

  constructor(scriptOf: (call: Call) => Script) {
    this.scriptOf = scriptOf;
  }

  /** Null where no answer came. */
  charge(call: Call, now: Instant, fault: Fault): Intent | null {
    this.arrive(now);
    if (typeof fault === 'object') {
      this.late.push({ at: addMs(now, fault.lateMs), call });
      return null;
    }
    if (fault === 'lost_call') return null;
    const intent = this.carryOut(call, now);
    return fault === 'lost_answer' ? null : intent;
  }

  find(attemptId: string, now: Instant): Intent | null {
    this.arrive(now);
    return this.intents.find((intent) => intent.attemptId === attemptId) ?? null;
  }

  /** The calls that have come in by now. */
  arrive(now: Instant): void {
    for (const [index, { at, call }] of [...this.late.entries()].reverse()) {
      if (at > now) continue;
      this.late.splice(index, 1);
      this.carryOut(call, at);
    }
  }

  private carryOut(call: Call, now: Instant): Intent {
    const known = this.keys.get(call.key);
    if (known !== undefined && now - known.at < KEY_LIFE_MS) {
      const { attemptId, amountMinor } = known.intent;
      if (attemptId !== call.attemptId || amountMinor !== call.amountMinor) this.misusedKeys += 1;
      return known.intent;
    }
    const { attemptId, amountMinor } = call;
    const id = `intent_${this.intents.length + 1}`;
    const intent = { id, attemptId, amountMinor, madeAt: now, life: lived(this.scriptOf(call), now) };
    this.intents.push(intent);
    this.keys.set(call.key, { intent, at: now });
    return intent;
  }
}

function lookedUp({ life }: Intent, now: Instant) {
  const moment = life.findLast(({ at }) => at <= now);
  return moment === undefined ? null : seen(moment.state);
}

/** What the provider says of a payment at a moment. */
export function statusAt(intent: Intent, now: Instant): AttemptNews {
  return lookedUp(intent, now)?.news ?? { status: 'processing' };
}

/** What has gone back by a moment. */
export function refundsAt(intent: Intent, now: Instant): readonly { readonly amountMinor: bigint }[] {
  return lookedUp(intent, now)?.refunds.filter(({ status }) => status === 'succeeded') ?? [];
}

export function disputeAt(intent: Intent, now: Instant): DisputeNews | null {
  return lookedUp(intent, now)?.dispute ?? null;
}

/** The moments at which something of a payment changes, each of which the provider tells by a webhook. */
export function newsTimes({ life }: Intent): readonly Instant[] {
  return life.filter(({ isRefused }) => !isRefused).map(({ at }) => at);
}
