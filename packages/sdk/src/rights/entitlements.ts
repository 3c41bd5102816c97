import type { RightAnswer, Upgrade } from './answer.ts';
import type { Quantity } from './quantity.ts';

/** Units that a request holds while it runs: nobody else gets them, and they count when it says so. */
export interface Held {
  /** `duplicate`: this event id was counted before, so it is allowed and counts no more. */
  readonly status: 'held' | 'duplicate' | 'refused';
  readonly allowed: boolean;
  /** How the right stands with what is held. */
  readonly answer: RightAnswer;
  /** Counts what is held. False if that could not be written down, so that it did not count. */
  readonly count: () => Promise<boolean>;
  /** Gives back what is held, as if the request had never come. */
  readonly giveBack: () => Promise<void>;
}

export interface Consumed {
  /** `passed`: the fallback let it in, and nobody counted it. */
  readonly status: 'counted' | 'duplicate' | 'passed' | 'refused';
  readonly allowed: boolean;
  readonly answer: RightAnswer;
}

export interface SubjectOptions {
  /** The member or device, for a feature that is counted for each. */
  readonly subject?: string;
}

export interface CountOptions extends SubjectOptions {
  /** Counted once for it; one is made if left out. */
  readonly eventId?: string;
}

/** What middlewares ask: answered in the process or by the server. */
export interface Entitlements {
  check(
    customer: string,
    feature: string,
    quantity?: Quantity,
    options?: SubjectOptions,
  ): RightAnswer | Promise<RightAnswer>;
  /** Waits for what a check of this customer, or of a member or device, needs, if it was never heard of. */
  prepare(customer: string, feature?: string, options?: SubjectOptions): Promise<void>;
  hold(customer: string, feature: string, quantity?: Quantity, options?: CountOptions): Promise<Held>;
  consume(customer: string, feature: string, quantity?: Quantity, options?: CountOptions): Promise<Consumed>;
  /**
   * The next plan that grants more; null if there is none or the server cannot be asked.
   *
   * @param limit that of the plan now, if there is one
   */
  upgrade(
    customer: string,
    feature: string,
    limit?: string | null,
    options?: SubjectOptions,
  ): Promise<Upgrade | null>;
}
