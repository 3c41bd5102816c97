import type { Decimal12 } from '../kernel/decimal.ts';
import { sumOf, vatOf } from './figures.ts';
import type { EAdjustment, ELine, ETotals, EVatRow, VatCategory } from './model.ts';

type Taxed = { readonly category: VatCategory; readonly percent: Decimal12 | null; readonly net: Decimal12 };

const ZERO = 0n as Decimal12;

/** The amounts behind each row of the breakdown: lines and charges add to it, allowances take off it (BR-S-08). */
export function taxedAmounts(
  lines: readonly Pick<ELine, 'category' | 'percent' | 'net'>[],
  adjustments: readonly EAdjustment[],
): readonly Taxed[] {
  return [
    ...lines.map(({ category, percent, net }) => ({ category, percent, net })),
    ...adjustments.flatMap(({ category, percent, amount, isCharge }) =>
      category === null ? [] : [{ category, percent, net: (isCharge ? amount : -amount) as Decimal12 }],
    ),
  ];
}

/** One key for each category and rate. */
export function rowKey({ category, percent }: Pick<Taxed, 'category' | 'percent'>): string {
  return category === 'O' ? category : `${category} ${percent ?? ''}`;
}

/** The breakdown of VAT as EN 16931 computes it: rounded once on the sum of each category and rate. */
export function vatRows(
  lines: readonly Pick<ELine, 'category' | 'percent' | 'net'>[],
  adjustments: readonly EAdjustment[],
): readonly EVatRow[] {
  const groups = new Map<string, Taxed>();
  for (const taxed of taxedAmounts(lines, adjustments)) {
    const before = groups.get(rowKey(taxed));
    groups.set(rowKey(taxed), { ...taxed, net: ((before?.net ?? 0n) + taxed.net) as Decimal12 });
  }
  return [...groups.values()].map(({ category, percent, net }) => ({
    category,
    percent,
    taxable: net,
    tax: percent === null ? ZERO : vatOf(net, percent),
    ...exemptionOf(category),
  }));
}

/** The totals of a document from its lines, its allowances and charges and its breakdown (BR-CO-10 to BR-CO-16). */
export function totalsFrom(
  lines: readonly Pick<ELine, 'net'>[],
  adjustments: readonly EAdjustment[],
  vat: readonly Pick<EVatRow, 'tax'>[],
  { paid = ZERO, rounding = ZERO }: { readonly paid?: Decimal12; readonly rounding?: Decimal12 } = {},
): ETotals {
  const amounts = (isCharge: boolean) =>
    sumOf(adjustments.filter((one) => one.isCharge === isCharge).map(({ amount }) => amount));
  const lineSum = sumOf(lines.map(({ net }) => net));
  const [allowances, charges] = [amounts(false), amounts(true)];
  const withoutVat = (lineSum - allowances + charges) as Decimal12;
  const vatSum = sumOf(vat.map(({ tax }) => tax));
  const withVat = (withoutVat + vatSum) as Decimal12;
  return {
    lines: lineSum,
    allowances,
    charges,
    withoutVat,
    vat: vatSum,
    withVat,
    paid,
    rounding,
    payable: (withVat - paid + rounding) as Decimal12,
  };
}

const EXEMPTIONS: Partial<Record<VatCategory, { reason: string; code: string | null }>> = {
  E: { reason: 'Exempt from VAT', code: null },
  AE: { reason: 'Reverse charge', code: 'VATEX-EU-AE' },
  K: { reason: 'Intra-community supply', code: 'VATEX-EU-IC' },
  G: { reason: 'Export outside the EU', code: 'VATEX-EU-G' },
  O: { reason: 'Not subject to VAT', code: 'VATEX-EU-O' },
};

/** Why no VAT is due, in the words that every reader knows and the code of the list VATEX. */
export function exemptionOf(
  category: VatCategory,
  reason: string | null = null,
  code: string | null = null,
): Pick<EVatRow, 'exemptionReason' | 'exemptionCode'> {
  const known = EXEMPTIONS[category];
  if (known === undefined) return { exemptionReason: null, exemptionCode: null };
  return { exemptionReason: reason ?? known.reason, exemptionCode: known.code ?? code };
}
