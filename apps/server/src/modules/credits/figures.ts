import { type Decimal12, parseDecimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { Refusal as CoreRefusal } from '@billhook/core/kernel/result';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { refuse } from '../../platform/refuse.ts';

/** A figure as the database keeps it. */
export function storedFigure(text: string): Decimal12 {
  const parsed = parseDecimal12(text);
  invariant(parsed.ok, 'A stored figure reads back.');
  return parsed.value;
}

/** A figure of the wire that is more than zero. */
export function readPositive(text: string, pointer: string): Decimal12 {
  const parsed = parseDecimal12(text);
  if (parsed.ok && parsed.value > 0n) return parsed.value;
  return fault(pointer, 'An amount of credits is more than zero.');
}

export function readTime(text: string, pointer: string): Instant {
  const parsed = parseInstant(text);
  return parsed.ok ? parsed.value : fault(pointer, parsed.refusal.detail);
}

/** Ends with `credits.invalid` and one fault. */
export function fault(pointer: string, detail: string): never {
  return refuse('credits.invalid', detail, { faults: [{ pointer, code: 'credits.invalid', detail }] });
}

/** Ends with what core refuses about credits. */
export function refuseAsCoreSays({ code, detail, facts }: CoreRefusal): never {
  switch (code) {
    case 'credits.insufficient':
    case 'credits.nothing_left':
    case 'credits.refund_exceeds':
      return refuse(code, detail, { facts });
    default:
      return refuse('credits.invalid', detail, { facts });
  }
}
