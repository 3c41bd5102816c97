import {
  type Decimal12,
  decimal12FromScaled,
  formatDecimal12,
  parseDecimal12,
} from '@billhook/core/kernel/decimal';

/** 0.077 as people say it: 7.7. What is no decimal stays as it is. */
export function percentText(fraction: string): string {
  return changed(fraction, (value) => value * 100n);
}

/** What was typed as percent, with a point or a comma, as a fraction. What is no decimal stays, to be refused. */
export function fractionText(percent: string): string {
  return changed(percent.trim().replace(',', '.'), (value) => value / 100n);
}

function changed(text: string, change: (value: bigint) => bigint): string {
  const value = parseDecimal12(text);
  if (!value.ok) return text;
  const result: Decimal12 = decimal12FromScaled(change(value.value));
  return formatDecimal12(result);
}
