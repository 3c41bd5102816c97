import { DECIMAL12_ZERO } from '../kernel/decimal.ts';
import { invariant } from '../kernel/invariant.ts';
import { RATIONAL_ONE, type Rational, rational, subtractRational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { prorate } from '../proration/prorate.ts';
import type { Period } from '../time/period.ts';
import { fractionOf, lineOf } from './charge-line.ts';
import { type BilledLine, lineKey, type ProposedLine } from './line.ts';
import type { ProposalInput } from './propose-lines.ts';
import type { ServiceSpan } from './service-spans.ts';

/**
 * What the lines of a period lack of a minimum commitment, or exceed a spend cap by. All lines of the subscription
 * whose service began in the period count, after discounts and with their credits; one-off charges do not.
 */
export function commitmentLine(
  input: ProposalInput,
  span: ServiceSpan,
  proposed: readonly ProposedLine[],
): readonly ProposedLine[] {
  const { model } = span.item.price;
  invariant(model.kind === 'commitment', 'A commitment is a price of its own.');
  const fraction = fractionOf(input.subscription, span.item, span, input.settings);
  const spentMinor = spentIn(input.subscription.id, span.servicePeriod, [...input.billed, ...proposed]);
  const { minimumMinor, maximumMinor } = model;
  if (minimumMinor !== null) {
    const line = boundLine(input, span, { boundMinor: minimumMinor, spentMinor, fraction, kind: 'true_up' });
    if (line.amountMinor > 0n) return [line];
  }
  if (maximumMinor !== null) {
    const line = boundLine(input, span, {
      boundMinor: maximumMinor,
      spentMinor,
      fraction,
      kind: 'spend_cap',
    });
    if (line.amountMinor < 0n) return [line];
  }
  // A line over zero says that the period was looked at, so that it is not looked at again.
  return [
    boundLine(input, span, { boundMinor: spentMinor, spentMinor, fraction: RATIONAL_ONE, kind: 'true_up' }),
  ];
}

interface Bound {
  readonly boundMinor: bigint;
  readonly spentMinor: bigint;
  readonly fraction: Rational;
  readonly kind: 'true_up' | 'spend_cap';
}

function boundLine(input: ProposalInput, span: ServiceSpan, bound: Bound): ProposedLine {
  const { settings } = input;
  const { price } = span.item;
  const due = prorate(rational(bound.boundMinor, 1n), bound.fraction);
  const exactMinor = subtractRational(due, rational(bound.spentMinor, 1n));
  const source = {
    ...span,
    kind: bound.kind,
    key: lineKey(span.item.id, 'true_up', span.billingPeriod.start),
  };
  return lineOf(input, source, {
    rule: bound.kind === 'true_up' ? 'minimum_commitment' : 'spend_cap',
    description: price.name,
    quantity: DECIMAL12_ZERO,
    trace: null,
    basis: { kind: 'spend', spentMinor: bound.spentMinor, boundMinor: bound.boundMinor },
    fraction: bound.fraction,
    exactMinor,
    grossMinor: roundRational(exactMinor, settings.rounding),
    usage: null,
  });
}

function spentIn(
  subscriptionId: string,
  period: Period,
  lines: readonly Pick<BilledLine, 'subscriptionId' | 'kind' | 'servicePeriod' | 'amountMinor'>[],
): bigint {
  let spentMinor = 0n;
  for (const line of lines) {
    const counts = line.kind === 'recurring' || line.kind === 'usage' || line.kind === 'proration_credit';
    const { start } = line.servicePeriod;
    if (counts && line.subscriptionId === subscriptionId && start >= period.start && start < period.end) {
      spentMinor += line.amountMinor;
    }
  }
  return spentMinor;
}
