import { decimal12FromInteger } from '../kernel/decimal.ts';
import { negateRational, RATIONAL_ZERO, type Rational, rational } from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { capCredit } from '../proration/credit-cap.ts';
import { fractionOf, lineOf } from './charge-line.ts';
import { joinsLines } from './entries.ts';
import type { ProposedLine } from './line.ts';
import type { ProposalContext } from './proposal-context.ts';
import type { ServiceSpan } from './service-spans.ts';

/** What was charged for the period that a credit takes a part of back. */
interface Charged {
  readonly amountMinor: bigint;
  /** What credit notes have taken back of it. */
  readonly creditedMinor: bigint;
  readonly fraction: Rational;
}

/**
 * Takes back the unused part of what was really charged in advance, after discounts and at the old quantity, and never
 * more than credit notes have left of it. The charge stands on an invoice or among the lines of this run. The share is
 * that of the charge, so that a part of a part is right as well. Null if nothing was charged.
 */
export function creditLine(
  context: ProposalContext,
  span: ServiceSpan,
  proposedByKey: ReadonlyMap<string, ProposedLine>,
): ProposedLine | null {
  const { subscription, settings } = context;
  const { item } = span;
  const charged = chargedBy(context, span, proposedByKey);
  if (charged === null || charged.amountMinor <= 0n) return null;
  const unused = fractionOf(subscription, item, span, settings);
  const exact = shareOfCharge(charged, unused);
  const { amountMinor: paidMinor, creditedMinor } = charged;
  // Rounded together with others it may come out one unit higher, which may not be beyond what was paid either.
  const mode = joinsLines(settings.proration) ? 'up' : settings.rounding;
  const potentialMinor = roundRational(exact, mode);
  const cappedMinor = capCredit({ paidMinor, creditedMinor, potentialMinor });
  const exactMinor = cappedMinor === potentialMinor ? exact : rational(cappedMinor, 1n);
  return lineOf(context, span, {
    rule: 'unused_time',
    description: `Unused time: ${item.price.name}`,
    quantity: decimal12FromInteger(item.quantity),
    trace: null,
    basis: {
      kind: 'charge',
      chargedKey: span.chargedKey as string,
      chargedMinor: paidMinor,
      creditedMinor,
      chargedFraction: charged.fraction,
    },
    fraction: unused,
    exactMinor: negateRational(exactMinor),
    grossMinor: -roundRational(exactMinor, settings.rounding),
    usage: null,
  });
}

/** amount × unused / charged, exactly; never more than the amount. */
export function shareOfCharge(
  { amountMinor, fraction }: Pick<Charged, 'amountMinor' | 'fraction'>,
  unused: Rational,
): Rational {
  if (fraction.numerator === 0n) return RATIONAL_ZERO;
  const exact = rational(
    amountMinor * unused.numerator * fraction.denominator,
    unused.denominator * fraction.numerator,
  );
  return exact.numerator > amountMinor * exact.denominator ? rational(amountMinor, 1n) : exact;
}

function chargedBy(
  context: ProposalContext,
  span: ServiceSpan,
  proposedByKey: ReadonlyMap<string, ProposedLine>,
): Charged | null {
  const key = span.chargedKey as string;
  const line = proposedByKey.get(key);
  if (line !== undefined)
    return { amountMinor: line.amountMinor, creditedMinor: 0n, fraction: line.explanation.fraction };
  const billed = context.billedByKey.get(key);
  // Nobody owes what was waived, so nothing of it can be given back.
  if (billed === undefined || billed.isWaived === true) return null;
  const { subscription, settings } = context;
  const { amountMinor, creditedMinor } = billed;
  return { amountMinor, creditedMinor, fraction: fractionOf(subscription, span.item, billed, settings) };
}
