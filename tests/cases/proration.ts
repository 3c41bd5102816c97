import type { InvoiceLine } from '@billhook/core/invoicing/invoice';
import { NO_TAX, taxLines } from '@billhook/core/invoicing/tax';
import {
  addRational,
  formatRational,
  RATIONAL_ZERO,
  type Rational,
  rational,
  subtractRational,
} from '@billhook/core/money/rational';
import { capCredit } from '@billhook/core/proration/credit-cap';
import { dayStart } from '@billhook/core/proration/days';
import { DEFAULT_PRORATION_POLICY } from '@billhook/core/proration/policy';
import { price } from '@billhook/core/testing/factories';
import { MONTHLY } from '@billhook/core/time/cadence';
import { later } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import { formatPlaces, toPlaces } from './decimal-places.ts';
import { sum } from './members.ts';
import { type Adapter, type CaseOutcome, compared, unsupported } from './outcome.ts';
import { CaseBill, frameOf, priceOf } from './proration-bill.ts';
import type {
  AmountsCase,
  CyclesCase,
  DayCountCase,
  GrantCase,
  ProrationCase,
  RatioCase,
} from './proration-case.ts';
import { type Billed, billedFor } from './proration-changes.ts';
import { type Policies, policyOf, unknownPolicies } from './proration-policy.ts';
import { decimalOf, instantOf } from './read.ts';

/** Places that sources print ratios and cycles with, and amounts of credits. */
const RATIO_PLACES = 9;
const CREDIT_PLACES = 8;

/** Runs a case of `proration.json`: a subscription is started, changed and ended as it says, and billed. */
export const proration: Adapter = (entry, policies) => {
  const one = entry as unknown as ProrationCase;
  const unknown = unknownPolicies(policies);
  if (unknown.length > 0)
    return unsupported(JSON.stringify(one.expected), `No setting for ${unknown.join(', ')}.`);
  switch (one.kind) {
    case 'change':
    case 'start':
    case 'cancel':
      return comparedAmounts(one, billedFor(one, policies));
    case 'billing_cycles':
      return runCycles(one);
    case 'ratio':
      return runRatio(one, policies);
    case 'grant_fraction':
      return runGrant(one);
    case 'day_count':
      return runDayCount(one, policies);
    case 'credit_cap': {
      const creditMinor = capCredit({
        potentialMinor: BigInt(one.potential_credit),
        paidMinor: BigInt(one.original_paid),
        creditedMinor: BigInt(one.previously_credited),
      });
      return compared(`${one.expected.credit}`, `${creditMinor}`);
    }
    default:
      return unsupported('a known kind', `No kind of case is called ${(one as { kind: string }).kind}.`);
  }
};

function comparedAmounts(one: AmountsCase, { creditMinor, chargeMinor, entriesMinor }: Billed): CaseOutcome {
  const seen: Record<string, number | number[]> = {
    credit: Number(creditMinor),
    charge: Number(chargeMinor),
    net: Number(chargeMinor - creditMinor),
    lines: entriesMinor.map(Number),
  };
  if (one.tax_percent !== undefined) {
    seen['credit_incl_tax'] = Number(taxedMinor(creditMinor, one.tax_percent));
    seen['charge_incl_tax'] = Number(taxedMinor(chargeMinor, one.tax_percent));
  }
  const named = Object.keys(one.expected).map((key) => [key, seen[key]]);
  return compared(JSON.stringify(one.expected), JSON.stringify(Object.fromEntries(named)));
}

/** What an amount is with tax on a document of its own, as sources put credits on one. */
function taxedMinor(amountMinor: bigint, taxPercent: string): bigint {
  const percent = decimalOf(taxPercent);
  const standardRate = { id: 'rate', name: 'Tax', percent, category: 'S', country: null } as const;
  const { amounts } = taxLines([{ amountMinor, taxCode: 'standard' }], { ...NO_TAX, standardRate });
  return sum(amounts.map(({ netMinor, taxMinor }) => netMinor + taxMinor));
}

/**
 * What is charged for each period up to a moment. A bill charges a period whole when it begins and credits what an end
 * leaves of it, so the part of a period is the share that is charged less the share that is credited.
 */
function runCycles(one: CyclesCase): CaseOutcome {
  const from = instantOf(one.start);
  const billedThrough = instantOf(one.billed_through);
  const until = one.end === undefined ? null : instantOf(one.end);
  const cadence = { interval: 'month', count: one.interval_months } as const;
  const policy = { ...DEFAULT_PRORATION_POLICY, basis: one.basis };
  const bill = new CaseBill({ timeZone: 'UTC', period: { start: from, end: from }, cadence, policy });
  bill.start(from, [price('fee', { cadence, proration: one.basis })], 1n, one.billing_day);
  if (until !== null) bill.cancel(from, until);
  const lines = bill.bill(until === null ? billedThrough : later(until, billedThrough));
  const charges = lines.filter(({ kind, billableAt }) => kind === 'recurring' && billableAt <= billedThrough);
  const shares = charges.map((charge) => keptOf(charge, lines));
  const cycles = shares.map((share) => toPlaces(share, RATIO_PLACES)).reduce(addRational, RATIONAL_ZERO);
  const parts = one.expected.parts.map(([n, d]) => formatRational(rational(BigInt(n), BigInt(d))));
  return compared(
    `${parts.join(' + ')} = ${one.expected.cycles}`,
    `${shares.map(formatRational).join(' + ')} = ${formatPlaces(cycles, RATIO_PLACES)}`,
  );
}

function keptOf(charge: InvoiceLine, lines: readonly InvoiceLine[]): Rational {
  const back = lines.flatMap(({ explanation: { basis, fraction } }) =>
    basis?.kind === 'charge' && basis.chargedKey === charge.key ? [fraction] : [],
  );
  return back.reduce(subtractRational, charge.explanation.fraction);
}

/** The share of a period of its own that service takes from one date up to another, charged in arrears. */
function runRatio(one: RatioCase, policies: Policies): CaseOutcome {
  const from = instantOf(one.from);
  const until = instantOf(one.until);
  const policy = { ...policyOf(one, policies), terminationDay: 'unused' } as const;
  const bill = new CaseBill({
    timeZone: 'UTC',
    period: { start: from, end: until },
    cadence: MONTHLY,
    policy,
  });
  bill.start(from, [price('fee', { proration: one.basis, timing: 'in_arrears' })]);
  bill.cancel(from, until);
  const shares = bill.bill(until).map(({ explanation }) => explanation.fraction);
  const share = shares.reduce(addRational, RATIONAL_ZERO);
  const [part, whole] = one.fraction;
  return compared(
    `${formatRational(rational(BigInt(part), BigInt(whole)))} = ${one.expected.ratio}`,
    `${formatRational(share)} = ${formatPlaces(share, RATIO_PLACES)}`,
  );
}

/** Credits are granted by the share of the period that a price of as much would be charged for. */
function runGrant(one: GrantCase): CaseOutcome {
  const frame = frameOf(one, policyOf(one, {}));
  const at = instantOf(one.at);
  const bill = new CaseBill(frame);
  const whole = { unit_amount: 0, quantity: 1 };
  // The price of a hundred units is that of one in the smallest unit of the currency.
  const model = { kind: 'per_unit', unitPrice: decimalOf(one.credits), per: 100n } as const;
  bill.start(frame.period.start, []);
  bill.join(at, [priceOf('grant', whole, frame, { model })]);
  const granted = bill
    .bill(at)
    .filter(({ explanation }) => explanation.billingPeriod.start === frame.period.start)
    .map(({ explanation }) => explanation.exactMinor);
  return compared(
    one.expected.credits,
    formatPlaces(granted.reduce(addRational, RATIONAL_ZERO), CREDIT_PLACES),
  );
}

/**
 * Days are counted by a price of one unit a day, in periods of 360 days: what it costs from one moment up to another, in
 * arrears.
 */
function runDayCount(one: DayCountCase, policies: Policies): CaseOutcome {
  const from = instantOf(one.from);
  const until = instantOf(one.until);
  const policy = { ...policyOf({ basis: 'day' }, policies), terminationDay: 'unused' } as const;
  const start = dayStart(from, zoneNamed(one.timezone));
  const cadence =
    policy.days === 'fixed_30'
      ? ({ interval: 'month', count: 12 } as const)
      : ({ interval: 'day', count: 360 } as const);
  const bill = new CaseBill({ timeZone: one.timezone, period: { start, end: until }, cadence, policy });
  const model = { kind: 'flat', amountMinor: 360n } as const;
  bill.start(start, []);
  bill.join(from, [price('days', { cadence, proration: 'day', timing: 'in_arrears', model })]);
  bill.cancel(until);
  return compared(`${one.expected.days}`, `${sum(bill.bill(until).map(({ amountMinor }) => amountMinor))}`);
}
