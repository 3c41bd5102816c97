import { DECIMAL12_SCALE, DECIMAL12_ZERO, decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { answerOf, type RightAnswer, type RightState } from './answer.ts';
import { type BoundedRight, boundOf, evaluate, type ListedRight } from './facts.ts';
import { type Quantity, readFigure, readQuantity } from './quantity.ts';

/**
 * One right of one customer, made ready so that asking costs two comparisons: both answers that it can give are made
 * with core's rule when its figures change, and a whole quantity is compared with a plain number.
 */
export class Right {
  #listed: ListedRight;
  /** Null where no figure decides, so that the answer is the listed one. */
  #bound: BoundedRight | null;
  /** Used here and not yet part of what the server said, in units. */
  #pending = 0n;
  /** Units that the server promised to this process. */
  #promised = 0n;
  /** Until then only what is promised is left, in the measure of whoever set it; else minus infinity. */
  exhaustedUntilMs = Number.NEGATIVE_INFINITY;
  #built: RightState | null = null;
  #fits: RightAnswer;
  #beyond: RightAnswer;
  #wholeLeft = 0;
  #isAnyLeft = false;
  #left = 0n;

  constructor(listed: ListedRight) {
    this.#listed = listed;
    this.#bound = boundOf(listed);
    this.#fits = this.#beyond = this.#build('stale');
  }

  get listed(): ListedRight {
    return this.#listed;
  }

  /** True if units beyond the limit are refused, so that using some needs a promise of the server. */
  get isHard(): boolean {
    return this.#bound?.isHard === true;
  }

  /** True if each member or device has figures of its own, which a list of the customer's rights does not tell. */
  get isPerSubject(): boolean {
    return this.#listed.counted === 'subject';
  }

  get isMetered(): boolean {
    return this.#listed.kind === 'metered';
  }

  /** What the server says now. */
  renew(listed: ListedRight): void {
    this.#listed = listed;
    this.#bound = boundOf(listed);
    this.#built = null;
  }

  /** How the right stands in this process: units used that the server has not counted yet, and units promised. */
  setHere(pending: bigint, promised = 0n): void {
    if (this.#pending === pending && this.#promised === promised) return;
    this.#pending = pending;
    this.#promised = promised;
    this.#built = null;
  }

  /** The server promises no more until then; minus infinity lifts that. */
  exhaust(untilMs: number): void {
    this.exhaustedUntilMs = untilMs;
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
    const bound = this.#bound;
    if (bound === null) {
      const { allowed, reason } = this.#listed;
      this.#left = allowed ? UNBOUNDED : -1n;
      this.#fits = this.#beyond = this.#answer(state, allowed, reason, null);
    } else {
      const used = decimal12FromScaled(bound.used + (this.#pending * bound.unitCost) / DECIMAL12_SCALE);
      const asked = evaluate(bound, used, DECIMAL12_ZERO);
      const free = asked.remaining ?? DECIMAL12_ZERO;
      const beyond = evaluate(bound, used, decimal12FromScaled(free + 1n));
      const left = this.#bounded(unitsIn(free, bound.unitCost));
      this.#left = left;
      this.#fits = this.#answer(state, true, bound.reasons.within, left);
      this.#beyond = this.#answer(state, beyond.allowed, bound.reasons.beyond, left);
    }
    this.#isAnyLeft = this.#left > 0n;
    const whole = this.#left / DECIMAL12_SCALE;
    this.#wholeLeft = whole > MAX_WHOLE ? Number.MAX_SAFE_INTEGER : Number(whole);
    return this.#fits;
  }

  /** What is promised is left whatever else is; once the server refused, nothing else is. */
  #bounded(left: bigint): bigint {
    const isExhausted = this.exhaustedUntilMs !== Number.NEGATIVE_INFINITY;
    return isExhausted || this.#promised > left ? this.#promised : left;
  }

  #answer(
    state: RightState,
    allowed: boolean,
    reason: RightAnswer['reason'],
    left: bigint | null,
  ): RightAnswer {
    const { limit, used } = this.#listed;
    return answerOf({
      allowed,
      state,
      reason,
      of: this.#listed,
      kind: this.#listed.kind,
      limit: limit === null ? null : readFigure(limit),
      used: used === null ? null : decimal12FromScaled(readFigure(used) + this.#pending),
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
