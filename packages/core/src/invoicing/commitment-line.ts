import type { PriceModel } from '../catalog/price-model.ts';
import { DECIMAL12_ZERO } from '../kernel/decimal.ts';
import {
  largerRational,
  multiplyRational,
  type Rational,
  rational,
  smallerRational,
  subtractRational,
} from '../money/rational.ts';
import { roundRational } from '../money/round.ts';
import { type Instant, later } from '../time/instant.ts';
import { fractionOf, lineOf, oneOffKey } from './charge-line.ts';
import type { BilledLine, ProposedLine } from './line.ts';
import type { ProposalContext } from './proposal-context.ts';
import type { ServiceSpan } from './service-spans.ts';

/**
 * What the lines of each committed period lack of its minimum, or exceed its cap by. All lines of the subscription whose
 * service began in the period count, after discounts, with their credits and with what corrections made of usage; other
 * one-off charges do not. A period within its bounds gets a line over zero, which says that it was looked at.
 *
 * @param lines the other lines of this run
 */
export function commitmentLines(
  context: ProposalContext,
  spans: readonly ServiceSpan[],
  lines: readonly ProposedLine[],
): readonly ProposedLine[] {
  const committed = spans.filter((span) => span.kind === 'true_up');
  if (committed.length === 0) return [];
  const spending = new Spending(context, lines);
  return committed.map((span) => commitmentLine(context, span, spending));
}

function commitmentLine(context: ProposalContext, span: ServiceSpan, spending: Spending): ProposedLine {
  const { settings } = context;
  const { name } = span.item.price;
  const model = span.item.price.model as Extract<PriceModel, { readonly kind: 'commitment' }>;
  const { minimumMinor, maximumMinor } = model;
  const fraction = fractionOf(context.subscription, span.item, span, settings);
  const spentMinor = spending.before(span.servicePeriod.end) - spending.before(span.servicePeriod.start);
  const exactMinor = beyondBounds(rational(spentMinor, 1n), fraction, model);
  const kind = exactMinor.numerator < 0n ? 'spend_cap' : 'true_up';
  return lineOf(
    context,
    { ...span, kind },
    {
      rule: kind === 'true_up' ? 'minimum_commitment' : 'spend_cap',
      description: name,
      quantity: DECIMAL12_ZERO,
      trace: null,
      basis: { kind: 'spend', spentMinor, minimumMinor, maximumMinor },
      fraction,
      exactMinor,
      grossMinor: roundRational(exactMinor, settings.rounding),
      usage: null,
    },
  );
}

/** What leads from what was spent into the bounds of the share of a period: 0 inside them. */
function beyondBounds(
  spent: Rational,
  share: Rational,
  bounds: { readonly minimumMinor: bigint | null; readonly maximumMinor: bigint | null },
): Rational {
  const part = (boundMinor: bigint) => multiplyRational(rational(boundMinor, 1n), share);
  const { minimumMinor, maximumMinor } = bounds;
  const raised = minimumMinor === null ? spent : largerRational(spent, part(minimumMinor));
  const bounded = maximumMinor === null ? raised : smallerRational(raised, part(maximumMinor));
  return subtractRational(bounded, spent);
}

type Counted = Pick<BilledLine, 'itemId' | 'kind' | 'servicePeriod' | 'amountMinor'> & {
  readonly billingPeriodStart: Instant;
};

/** What a subscription spent, by the moment its service began: sums up to a moment, found by halving. */
class Spending {
  private readonly moments: readonly Instant[];
  private readonly sums: readonly bigint[];

  constructor(context: ProposalContext, lines: readonly ProposedLine[]) {
    const { subscription, billed } = context;
    const startOfItem = new Map(subscription.items.map((item) => [item.id, item.activeFrom]));
    const entries: { at: Instant; amountMinor: bigint }[] = correctedEntries(context, lines);
    const counted = [
      ...billed.map((line) => ({ ...line, billingPeriodStart: line.billingPeriod.start })),
      ...lines.map((line) => ({ ...line, billingPeriodStart: line.explanation.billingPeriod.start })),
    ];
    for (const line of counted) entries.push(...entryOf(line, startOfItem));
    entries.sort((a, b) => a.at - b.at);
    this.moments = entries.map((entry) => entry.at);
    let sumMinor = 0n;
    this.sums = entries.map((entry) => {
      sumMinor += entry.amountMinor;
      return sumMinor;
    });
  }

  /** Everything whose service began before a moment. */
  before(moment: Instant): bigint {
    let low = 0;
    let high = this.moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (moment > (this.moments[middle] as Instant)) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0n : (this.sums[low - 1] as bigint);
  }
}

/** A credit counts where the charge counts that it takes a part of back, so that no period is credited for another. */
function entryOf(line: Counted, startOfItem: ReadonlyMap<string, Instant>) {
  const { kind, amountMinor, billingPeriodStart } = line;
  if (kind === 'recurring' || kind === 'usage') return [{ at: line.servicePeriod.start, amountMinor }];
  if (kind !== 'proration_credit') return [];
  const activeFrom = startOfItem.get(line.itemId) ?? billingPeriodStart;
  return [{ at: later(billingPeriodStart, activeFrom), amountMinor }];
}

/**
 * A correction counts where the usage counts that it corrects, as long as the line of that stands: usage that is billed
 * or rated anew is right by itself.
 */
function correctedEntries({ billed, corrections }: ProposalContext, lines: readonly ProposedLine[]) {
  if (corrections.length === 0) return [];
  const startOf = new Map<string, Instant>();
  for (const { kind, itemId, billingPeriod, servicePeriod } of billed) {
    const period = `${itemId}/${billingPeriod.start}`;
    const known = startOf.get(period);
    if (kind === 'usage' && (known === undefined || servicePeriod.start < known))
      startOf.set(period, servicePeriod.start);
  }
  const charged = new Map([...billed, ...lines].map(({ key, amountMinor }) => [key, amountMinor]));
  return corrections.flatMap(({ itemId, billingStart, chargeId, amountMinor }) => {
    const at = startOf.get(`${itemId}/${billingStart}`);
    if (at === undefined) return [];
    const billedMinor = chargeId === null ? undefined : charged.get(oneOffKey(chargeId));
    return [{ at, amountMinor: billedMinor ?? amountMinor }];
  });
}
