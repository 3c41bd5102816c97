import type { CompiledBilling } from '@billhook/core/invoicing/fast/compiled-billing';
import { documentOf } from '@billhook/core/invoicing/fast/fast-document';
import { previewAhead } from '@billhook/core/invoicing/fast/preview-ahead';
import type { UsageQuantity } from '@billhook/core/invoicing/line';
import {
  type BillingCase,
  billingCase,
  compiledCase,
  decideCase,
  quantitiesFor,
  usageOf,
  yearCase,
} from './core-billing.ts';
import { perCoreSecond, type Speed } from './core-speed.ts';

const CASES = 32;
const QUANTITIES = 16;
const LINES = 7;

interface Prepared {
  readonly one: BillingCase;
  readonly usage: readonly UsageQuantity[];
  readonly billing: CompiledBilling;
  readonly quantities: readonly (readonly bigint[])[];
}

/** Many customers, each with many quantities, so that nothing is measured twice in a row. */
function prepare(count: number, width: number): readonly Prepared[] {
  return Array.from({ length: count }, (_, seed) => {
    const one = billingCase(seed, width);
    const usage = usageOf(one, seed);
    const billing = compiledCase(one, usage);
    const quantities = Array.from({ length: QUANTITIES }, (__, at) =>
      quantitiesFor(billing, one.at, usageOf(one, seed * QUANTITIES + at)),
    );
    return { one, usage, billing, quantities };
  });
}

function compiledRate(prepared: readonly Prepared[], withTrace: boolean): number {
  return perCoreSecond(() => {
    for (const { billing, quantities, one } of prepared) {
      for (const quantity of quantities) {
        billing.rewind();
        const bill = billing.bill(one.at, quantity);
        if (bill === null) throw new Error('A compiled billing bills.');
        if (withTrace) documentOf(billing, { invoiceId: 'inv' });
      }
    }
    return prepared.length * QUANTITIES;
  });
}

function decidedRate(prepared: readonly Prepared[]): number {
  return perCoreSecond(() => {
    for (const { one, usage } of prepared) decideCase(one, usage);
    return prepared.length;
  });
}

/** Whole invoices over seven lines, with proration, a discount and tax at two rates. */
export function measureInvoices(): readonly Speed[] {
  const prepared = prepare(CASES, 1);
  return [
    { name: 'invoices of 7 lines, compiled', perSecond: compiledRate(prepared, false), asked: 500_000 },
    {
      name: 'invoices of 7 lines, compiled, with trace',
      perSecond: compiledRate(prepared, true),
      asked: 200_000,
    },
    { name: 'invoices of 7 lines, decideInvoice', perSecond: decidedRate(prepared), asked: null },
  ];
}

/** How long a year ahead takes, from a subscription as it is stored to the documents of its invoices, in milliseconds. */
export function measureYear(): {
  readonly askedMs: number;
  readonly seenMs: number;
  readonly invoices: number;
} {
  const input = yearCase();
  const invoices = previewAhead(input)?.length ?? 0;
  const perSecond = perCoreSecond(() => {
    for (let at = 0; at < 50; at += 1) previewAhead(input);
    return 50;
  });
  return { askedMs: 1, seenMs: 1000 / perSecond, invoices };
}

/** What a line costs on invoices of 7, 70 and 700 lines, in nanoseconds of one core. */
export function measureGrowth(): readonly { readonly name: string; readonly perLineNs: readonly number[] }[] {
  const widths = [prepare(8, 1), prepare(4, 10), prepare(2, 100)];
  const perLine = (perSecond: number, at: number) => 1e9 / perSecond / (LINES * 10 ** at);
  return [
    { name: 'compiled', perLineNs: widths.map((one, at) => perLine(compiledRate(one, false), at)) },
    {
      name: 'compiled, with trace',
      perLineNs: widths.map((one, at) => perLine(compiledRate(one, true), at)),
    },
    { name: 'decideInvoice', perLineNs: widths.map((one, at) => perLine(decidedRate(one), at)) },
  ];
}
