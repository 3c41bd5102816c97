import { ok, type Result } from '../kernel/result.ts';
import { YEARLY } from '../time/cadence.ts';
import { layGrid } from '../time/grid.ts';
import { boundary } from '../time/schedule.ts';
import { zoneNamed } from '../time/zone.ts';
import { decideAhead } from './fast/decide-ahead.ts';
import { type AheadInput, previewAhead } from './fast/preview-ahead.ts';
import type { InvoiceLine } from './invoice.ts';

export type YearInput = Omit<AheadInput, 'until'>;

/** What a subscription is charged for a year, from `from` to the same local moment a year later. */
export interface FirstYear {
  /** In order of time: everything whose service begins inside the year and that is due by its end. */
  readonly lines: readonly InvoiceLine[];
  /** Net of all lines, in minor units. */
  readonly netMinor: bigint;
}

/** Computes a year of business. Refusals are those of `decideAhead`. */
export function firstYear(input: YearInput): Result<FirstYear> {
  const zone = zoneNamed(input.subscription.timeZone);
  const end = boundary(layGrid({ anchorAt: input.from, zone, cadence: YEARLY }), 1);
  const ahead = { ...input, until: end };
  const quick = previewAhead(ahead);
  const invoices = quick === null ? decideAhead(ahead) : ok(quick);
  if (!invoices.ok) return invoices;
  const lines = invoices.value.flatMap((invoice) =>
    invoice.lines.filter(({ servicePeriod }) => servicePeriod.start < end),
  );
  return ok({ lines, netMinor: lines.reduce((sum, { netMinor }) => sum + netMinor, 0n) });
}
