import {
  DECIMAL12_SCALE,
  DECIMAL12_ZERO,
  type Decimal12,
  decimal12FromScaled,
} from '@billhook/core/kernel/decimal';
import { answerOf, type RightAnswer, type RightState } from './answer.ts';
import { evaluate, factsOf, type ListedRight, type RightFacts, WIRE_REASONS } from './facts.ts';
import { type Quantity, readQuantity } from './quantity.ts';

/**
 * One right of one customer, made ready so that asking costs two comparisons: both answers that it can give are made
 * with core's rule when its figures change, and a whole quantity is compared with a plain number.
 */
export class Right {
  #listed: ListedRight;
  #facts: RightFacts;
  /** Used here and not yet part of what the server said, in units. */
  #pending = 0n;
  /** The most that may be taken, whatever the limit says, in units; null if nothing bounds it. */
  #ceiling: bigint | null = null;
  /** When the ceiling is to be lifted, in the measure of whoever set it. */
  ceilingUntilMs = Number.POSITIVE_INFINITY;
  #built: RightState | null = null;
  #fits: RightAnswer;
  #beyond: RightAnswer;
  #wholeLeft = 0;
  #isAnyLeft = false;
  #left = 0n;

  constructor(listed: ListedRight) {
    this.#listed = listed;
    this.#facts = factsOf(listed);
    this.#fits = this.#beyond = this.#build('stale');
  }

  get listed(): ListedRight {
    return this.#listed;
  }

  /** True if units beyond the limit are refused, so that using some needs a promise of the server. */
  get isHard(): boolean {
    const { entitlement } = this.#facts;
    return entitlement?.kind === 'metered' && entitlement.limit !== null && entitlement.overage === 'block';
  }

  get isMetered(): boolean {
    return this.#facts.entitlement?.kind === 'metered';
  }

  /** What the server says now. */
  renew(listed: ListedRight): void {
    this.#listed = listed;
    this.#facts = factsOf(listed);
    this.#built = null;
  }

  /** Units used here that the server has not counted yet. */
  setPending(units: bigint): void {
    if (this.#pending === units) return;
    this.#pending = units;
    this.#built = null;
  }

  /** Until then nothing beyond `units` is left, whatever the limit says; null lifts that. */
  setCeiling(units: bigint | null, untilMs = Number.POSITIVE_INFINITY): void {
    this.ceilingUntilMs = untilMs;
    if (this.#ceiling === units) return;
    this.#ceiling = units;
    this.#built = null;
  }

  /** Whether so much may be used. A quantity of zero asks only whether anything is left. */
  answer(quantity: Quantity, state: RightState): RightAnswer {
    if (this.#built !== state) this.#build(state);
    if (typeof quantity === 'number' && quantity > 0 && Number.isSafeInteger(quantity))
      return quantity <= this.#wholeLeft ? this.#fits : this.#beyond;
    const units = readQuantity(quantity);
    const isWithin = units === 0n ? this.#isAnyLeft : units <= this.#left;
    return isWithin ? this.#fits : this.#beyond;
  }

  /** How the right stands now, as said to someone who was let in. */
  standing(state: RightState): RightAnswer {
    if (this.#built !== state) this.#build(state);
    return this.#fits;
  }

  /** The answer to so many units, which are more than are left. */
  refusal(units: bigint, state: RightState): RightAnswer {
    if (this.#built !== state) this.#build(state);
    return units > this.#left ? this.#beyond : this.#fits;
  }

  #build(state: RightState): RightAnswer {
    this.#built = state;
    const facts = this.#facts;
    const used = decimal12FromScaled(facts.used + (this.#pending * facts.unitCost) / DECIMAL12_SCALE);
    const asked = evaluate(facts, used, DECIMAL12_ZERO);
    if (asked.remaining === null) {
      this.#left = asked.allowed ? UNBOUNDED : -1n;
      this.#fits = this.#beyond = this.#answer(state, asked.allowed, WIRE_REASONS[asked.reason], used, null);
    } else {
      const left = this.#bounded(unitsIn(asked.remaining, facts.unitCost));
      this.#left = left;
      const beyond = evaluate(facts, used, decimal12FromScaled(asked.remaining + 1n));
      this.#fits = this.#answer(state, true, 'within_limit', used, left);
      this.#beyond = this.#answer(state, beyond.allowed, WIRE_REASONS[beyond.reason], used, left);
    }
    this.#isAnyLeft = this.#left > 0n;
    const whole = this.#left / DECIMAL12_SCALE;
    this.#wholeLeft = whole > MAX_WHOLE ? Number.MAX_SAFE_INTEGER : Number(whole);
    return this.#fits;
  }

  #bounded(left: bigint): bigint {
    return this.#ceiling !== null && this.#ceiling < left ? this.#ceiling : left;
  }

  #answer(
    state: RightState,
    allowed: boolean,
    reason: RightAnswer['reason'],
    used: Decimal12,
    left: bigint | null,
  ): RightAnswer {
    const { entitlement, isCredits } = this.#facts;
    const isMetered = entitlement?.kind === 'metered';
    return answerOf({
      allowed,
      state,
      reason,
      of: this.#listed,
      kind: this.#listed.kind,
      limit: isMetered && !isCredits ? entitlement.limit : null,
      used: this.#listed.kind === 'metered' && !isCredits ? used : null,
      remaining: left === null ? null : decimal12FromScaled(left),
    });
  }
}

const UNBOUNDED = 10n ** 60n;
const MAX_WHOLE = BigInt(Number.MAX_SAFE_INTEGER);

/** How many units a balance pays for. What costs nothing is never used up. */
function unitsIn(balance: bigint, unitCost: bigint): bigint {
  if (unitCost === DECIMAL12_SCALE) return balance;
  return unitCost === 0n ? UNBOUNDED : (balance * DECIMAL12_SCALE) / unitCost;
}
