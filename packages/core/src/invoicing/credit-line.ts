import { DECIMAL12_ZERO, decimal12FromInteger } from '../kernel/decimal.ts';
import { negateRational, RATIONAL_ONE, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { fractionOf, lineOf } from './charge-line.ts';
import type { ProposedLine } from './line.ts';
import type { ProposalInput } from './propose-lines.ts';
import type { ServiceSpan } from './service-spans.ts';

/** What was charged for the period that a credit takes a part of back. */
interface Charged {
  readonly amountMinor: bigint;
  readonly fraction: Rational;
}

/**
 * Takes back the unused part of what was really charged in advance, after discounts and at the old quantity. The charge
 * stands on an invoice or among the lines of this run. The share is that of the charge, so that a part of a part is
 * right as well.
 */
export function creditLine(
  input: ProposalInput,
  span: ServiceSpan,
  proposed: readonly ProposedLine[],
): readonly ProposedLine[] {
  const { subscription, settings } = input;
  const { item } = span;
  const charged = chargedBy(input, span, proposed);
  if (charged === null || charged.amountMinor <= 0n) return [];
  const unused = fractionOf(subscription, item, span, settings);
  const exactMinor = negateRational(shareOfCharge(charged, unused));
  const amountMinor = roundRational(exactMinor, settings.rounding);
  const quantity = decimal12FromInteger(item.quantity);
  return [
    lineOf(input, span, {
      rule: 'unused_time',
      description: `Unused time: ${item.price.name}`,
      quantity: quantity < DECIMAL12_ZERO ? DECIMAL12_ZERO : quantity,
      trace: null,
      basis: {
        kind: 'charge',
        chargedKey: span.chargedKey as string,
        chargedMinor: charged.amountMinor,
        chargedFraction: charged.fraction,
      },
      fraction: unused,
      exactMinor,
      grossMinor: amountMinor,
      usage: null,
    }),
  ];
}

/** amount × unused / charged, exactly; never more than the amount. */
export function shareOfCharge({ amountMinor, fraction }: Charged, unused: Rational): Rational {
  if (fraction.numerator === 0n) return RATIONAL_ZERO;
  const exact = rational(
    amountMinor * unused.numerator * fraction.denominator,
    unused.denominator * fraction.numerator,
  );
  return exact.numerator > amountMinor * exact.denominator ? rational(amountMinor, 1n) : exact;
}

function chargedBy(
  input: ProposalInput,
  span: ServiceSpan,
  proposed: readonly ProposedLine[],
): Charged | null {
  const line = proposed.find(({ key }) => key === span.chargedKey);
  if (line !== undefined) return { amountMinor: line.amountMinor, fraction: line.explanation.fraction };
  const billed = input.billed.find(({ key }) => key === span.chargedKey);
  if (billed === undefined) return null;
  const { subscription, settings } = input;
  const fraction =
    span.item.price.proration === 'none'
      ? RATIONAL_ONE
      : fractionOf(subscription, span.item, billed, settings);
  return { amountMinor: billed.amountMinor, fraction };
}
