import type { subscriptionAction } from '@billhook/contract/schemas/subscription-actions';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import type { Static } from 'typebox';
import { refuse } from '../platform/refuse.ts';

/** An action as the wire says it. */
export type ActionBody = Static<typeof subscriptionAction>;
export type BodyOf<Name extends ActionBody['action']> = Extract<ActionBody, { action: Name }>;

export const isProrated = (proration: 'price' | 'none' | undefined) => proration !== 'none';

type Timing<When extends string> = { when?: When | undefined; at?: string | undefined };

/** A word or a date, never both. */
export function readWhen<When extends string>(
  { when, at }: Timing<When>,
  otherwise: When,
): When | { at: Instant } {
  const moment = readTime(at, '/at');
  if (moment === null) return when ?? otherwise;
  if (when === undefined) return { at: moment };
  const detail = 'Say either `when` or `at`.';
  return refuse('request.invalid', detail, { faults: [{ pointer: '/at', code: 'ambiguous', detail }] });
}

/** A moment of the wire; null if it is left out. */
export function readTime(text: string | undefined, pointer: string): Instant | null {
  if (text === undefined) return null;
  const time = parseInstant(text);
  if (time.ok) return time.value;
  const { code, detail } = time.refusal;
  return refuse('request.invalid', detail, { faults: [{ pointer, code, detail }] });
}
