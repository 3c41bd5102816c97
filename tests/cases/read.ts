import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import type { Result } from '@billhook/core/kernel/result';
import { type Instant, parseInstant } from '@billhook/core/time/instant';

/** @throws Error with the refusal's sentence: a case with a value that cannot be read is a failed case */
export function readValue<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.value;
}

export function instantOf(text: string): Instant {
  return readValue(parseInstant(text));
}

export function decimalOf(text: string): Decimal12 {
  return readValue(parseDecimal12(text));
}
