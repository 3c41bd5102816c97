import type { RatingPolicy } from '../rating/policy.ts';
import type { LinePlace } from '../rating/reading.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Instant } from '../time/instant.ts';
import type { Period } from '../time/period.ts';
import type { BilledLine, ProposedLine, UsageQuantity } from './line.ts';
import type { ServiceSpan, SpanContext } from './service-spans.ts';
import type { BillingSettings } from './settings.ts';
import type { UsageCorrection } from './usage-correction.ts';
import { earlierThan, type UsagePart, type UsageParts, usagePartsOf } from './usage-parts.ts';

export interface ProposalInput {
  readonly subscription: Subscription;
  readonly now: Instant;
  /** One quantity for every window that `usageWindows` names; zero is said, not left out. */
  readonly usage: readonly UsageQuantity[];
  readonly settings: BillingSettings;
  /** The lines that stand on invoices: they are not computed again. Leave it empty to recompute everything. */
  readonly billed: readonly BilledLine[];
  /** What corrections changed of billed usage, which a commitment counts; left out where no item is one. */
  readonly corrections?: readonly UsageCorrection[];
}

/** The input with everything that lines look up, so that the cost of a proposal grows linearly with its lines. */
export interface ProposalContext extends ProposalInput, SpanContext {
  readonly corrections: readonly UsageCorrection[];
  readonly ratingPolicy: RatingPolicy;
  readonly billedByKey: ReadonlyMap<string, BilledLine>;
  readonly usageByWindow: ReadonlyMap<string, UsageQuantity>;
  readonly parts: UsageParts<UsagePart[]>;
}

export function proposalContext(input: ProposalInput): ProposalContext {
  const { subscription, settings, usage, now } = input;
  const billed = input.billed.filter((line) => line.subscriptionId === subscription.id);
  return {
    subscription,
    now,
    usage,
    settings,
    billed,
    corrections: input.corrections ?? [],
    usageGraceMs: settings.usageGraceMs,
    ratingPolicy: { ...settings.rating, rounding: settings.rounding },
    billedByKey: new Map(billed.map((line) => [line.key, line])),
    usageByWindow: new Map(usage.map((entry) => [windowKey(entry.itemId, entry.period), entry])),
    parts: usagePartsOf(billed),
  };
}

/** The measured quantity of a span; null if it is not known. */
export function usageFor(context: ProposalContext, span: ServiceSpan): UsageQuantity | null {
  return context.usageByWindow.get(windowKey(span.item.id, span.servicePeriod)) ?? null;
}

/** Where a usage line stands among the lines of its period. */
export function placeOf(context: ProposalContext, span: ServiceSpan): LinePlace {
  const { position, item, billingPeriod, servicePeriod } = span;
  const parts = context.parts.get(item.id)?.get(billingPeriod.start) ?? [];
  return { position, before: earlierThan(servicePeriod.start, parts) };
}

/** Lets later lines of the same period see a line of this run. There are none where no part of the period stands. */
export function notePart(context: ProposalContext, span: ServiceSpan, line: ProposedLine): void {
  context.parts.get(span.item.id)?.get(span.billingPeriod.start)?.push(line);
}

function windowKey(itemId: string, { start, end }: Period): string {
  return `${itemId}/${start}/${end}`;
}
