import type { Plan, PlanVersion } from '../catalog/plan.ts';
import { DEFAULT_PRICE_SHAPE, type Price, STANDARD_TAX_CODE } from '../catalog/price.ts';
import type { PriceModel } from '../catalog/price-model.ts';
import { applyChanges } from '../decision/apply.ts';
import { type CustomerBooks, creditOf, emptyBooks } from '../decision/books.ts';
import type { Decision } from '../decision/change.ts';
import type { Release } from '../invoicing/consolidation.ts';
import { type BillingDecision, decideInvoice, usageToLoad } from '../invoicing/decide-invoice.ts';
import type { UsageQuantity } from '../invoicing/line.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from '../invoicing/settings.ts';
import { NO_TAX, type TaxChoice } from '../invoicing/tax.ts';
import type { UsageCorrection } from '../invoicing/usage-correction.ts';
import { type Decimal12, decimal12FromInteger, parseDecimal12 } from '../kernel/decimal.ts';
import type { Result } from '../kernel/result.ts';
import { currencyCode } from '../money/currency.ts';
import { decideStart, type StartInput } from '../subscriptions/decide-start.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { TaxQuote } from '../tax/tax-quote.ts';
import { MONTHLY } from '../time/cadence.ts';
import { type Instant, parseInstant } from '../time/instant.ts';
import { periodUsage, type Reading } from '../usage/period-usage.ts';

export const EUR = currencyCode('EUR');

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.value;
}

export function at(text: string): Instant {
  return unwrap(parseInstant(text));
}

export function dec(text: string): Decimal12 {
  return unwrap(parseDecimal12(text));
}

export function price(key: string, overrides: Partial<Price> = {}): Price {
  return {
    id: `price_${key}`,
    key,
    name: `Price ${key}`,
    model: { kind: 'flat', amountMinor: 1000n },
    quantity: { kind: 'fixed' },
    timing: 'in_advance',
    cadence: MONTHLY,
    ...DEFAULT_PRICE_SHAPE,
    taxCode: STANDARD_TAX_CODE,
    ...overrides,
  };
}

export function flat(key: string, amountMinor: bigint, overrides: Partial<Price> = {}): Price {
  return price(key, { model: { kind: 'flat', amountMinor }, ...overrides });
}

export function seats(key: string, unitPrice: string, overrides: Partial<Price> = {}): Price {
  const model: PriceModel = { kind: 'per_unit', unitPrice: dec(unitPrice), per: 1n };
  return price(key, { model, quantity: { kind: 'seats' }, ...overrides });
}

export function metered(key: string, unitPrice: string, overrides: Partial<Price> = {}): Price {
  const model: PriceModel = { kind: 'per_unit', unitPrice: dec(unitPrice), per: 1n };
  return price(key, {
    model,
    quantity: { kind: 'meter', meterId: `meter_${key}` },
    timing: 'in_arrears',
    ...overrides,
  });
}

export function plan(key: string, rank: number): Plan {
  return { id: `plan_${key}`, key, name: key, family: 'main', rank };
}

export function version(key: string, prices: readonly Price[], trialDays = 0): PlanVersion {
  return {
    id: `ver_${key}`,
    planId: `plan_${key}`,
    number: 1,
    currency: EUR,
    prices,
    entitlements: [],
    trialDays,
  };
}

let nextItem = 0;

export function itemIds(count: number): string[] {
  return Array.from({ length: count }, () => {
    nextItem += 1;
    return `item_${nextItem}`;
  });
}

export interface StartOptions {
  readonly seats?: bigint;
  readonly timeZone?: string;
  readonly startAt?: Instant | null;
  readonly withTrial?: boolean;
  readonly billingAuthority?: Subscription['billingAuthority'];
  readonly more?: Partial<StartInput>;
}

export function startDecision(
  now: Instant,
  planVersion: PlanVersion,
  options: StartOptions = {},
): Result<Decision> {
  return decideStart({
    now,
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    plan: { ...plan(planVersion.planId.slice(5), 1) },
    version: planVersion,
    itemIds: itemIds(planVersion.prices.length),
    seats: options.seats ?? 1n,
    timeZone: options.timeZone ?? 'UTC',
    startAt: options.startAt ?? null,
    maxBackdateDays: 0,
    withTrial: options.withTrial ?? true,
    trialEnd: 'convert',
    billingDay: null,
    overrides: {},
    phases: [],
    endAfterPeriods: null,
    endStepId: 'step_end',
    billingAuthority: options.billingAuthority ?? 'billhook',
    ...options.more,
  });
}

/** One customer with one subscription, billed in memory. */
export class Account {
  readonly books: CustomerBooks = emptyBooks('cus_1');
  readonly readings = new Map<string, Reading[]>();
  /** What corrections changed of billed usage. */
  readonly corrections: UsageCorrection[] = [];
  readonly settings: BillingSettings;
  readonly taxChoice: TaxChoice;
  hasPaymentMethod = true;
  /** What may be billed at a moment; null for all that fell due. */
  release: ((now: Instant) => Release | undefined) | null = null;
  /** What a provider of taxes said about the next bill. */
  quote: TaxQuote | null = null;
  private invoiceCount = 0;

  constructor(options: { settings?: Partial<BillingSettings>; taxChoice?: TaxChoice } = {}) {
    this.settings = { ...DEFAULT_BILLING_SETTINGS, ...options.settings };
    this.taxChoice = options.taxChoice ?? NO_TAX;
  }

  get subscription(): Subscription {
    const first = this.books.subscriptions.get('sub_1');
    if (first === undefined) throw new Error('There is no subscription.');
    return first;
  }

  /** Credit in euros, the currency of the account. */
  get creditBalanceMinor(): bigint {
    return creditOf(this.books, EUR);
  }

  set creditBalanceMinor(balanceMinor: bigint) {
    this.books.creditMinor.set(EUR, balanceMinor);
  }

  start(now: Instant, planVersion: PlanVersion, options: StartOptions = {}): this {
    this.apply(unwrap(startDecision(now, planVersion, options)));
    return this;
  }

  apply(decision: Decision): void {
    applyChanges(this.books, decision.changes);
  }

  use(meterId: string, moment: Instant, units = 1n): void {
    const list = this.readings.get(meterId) ?? [];
    list.push({ at: moment, value: decimal12FromInteger(units) });
    this.readings.set(meterId, list);
  }

  decide(now: Instant, changes: { usage?: readonly UsageQuantity[] } = {}): Result<BillingDecision> {
    const subscriptions = [...this.books.subscriptions.values()];
    const { billed } = this.books;
    const { settings, hasPaymentMethod } = this;
    const windows = usageToLoad({ now, subscriptions, billed, settings, hasPaymentMethod });
    const usage =
      changes.usage ??
      windows.map(({ itemId, meterId, period }) => ({
        itemId,
        meterId,
        period,
        digest: null,
        ...periodUsage(this.readings.get(meterId) ?? [], period),
      }));
    return decideInvoice({
      now,
      invoiceId: `inv_${this.invoiceCount + 1}`,
      customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: this.creditBalanceMinor },
      subscriptions,
      billed,
      usage,
      corrections: this.corrections,
      taxChoice: this.taxChoice,
      ...(this.quote === null ? {} : { quote: this.quote }),
      settings,
      hasPaymentMethod,
      ...given(this.release?.(now)),
    });
  }

  bill(now: Instant): BillingDecision {
    const decision = unwrap(this.decide(now));
    this.apply(decision);
    if (decision.invoice !== null) this.invoiceCount += 1;
    return decision;
  }

  /** Bills at every moment that falls due, up to and at `until`. */
  billThrough(until: Instant): void {
    for (
      let next = this.subscription.nextActionAt;
      next !== null && next <= until;
      next = this.subscription.nextActionAt
    ) {
      this.bill(next);
    }
    this.bill(until);
  }

  lines() {
    return [...this.books.invoices.values()].flatMap(({ invoice }) => invoice.lines);
  }
}

const given = (release: Release | undefined) => (release === undefined ? {} : { release });
