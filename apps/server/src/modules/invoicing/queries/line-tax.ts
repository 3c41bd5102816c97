import { formatDecimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import { rational } from '@billhook/core/money/rational';
import { roundRational } from '@billhook/core/money/round';
import type { StoredInvoice, StoredLine } from './read.ts';

/**
 * What a line is taxed by, in percent; null for no tax. Where several jurisdictions tax it, or only a part of it, that is what
 * their taxes come to, in hundredths: each of them stands with its own rate in the sums of the document.
 */
export function lineTaxPercent(
  { taxRateId, netMinor, taxMinor }: Pick<StoredLine, 'taxRateId' | 'netMinor' | 'taxMinor'>,
  { taxes }: Pick<StoredInvoice, 'taxes'>,
): string | null {
  if (taxRateId === null) return null;
  const tax = taxes.find((one) => one.rate_id === taxRateId);
  if (tax?.jurisdiction === undefined) return tax?.percent ?? null;
  if (netMinor === 0n) return '0';
  const hundredths = roundRational(rational(taxMinor * 10_000n, netMinor), 'half_away_from_zero');
  const percent = parseDecimal12(`${hundredths / 100n}.${`${hundredths % 100n}`.padStart(2, '0')}`);
  invariant(percent.ok, 'Tax and net of a line have the same sign.');
  return formatDecimal12(percent.value);
}
