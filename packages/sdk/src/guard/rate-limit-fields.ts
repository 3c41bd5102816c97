import type { RightAnswer } from '../rights/answer.ts';

/** Integers of structured fields have at most 15 digits. */
const LARGEST = 999_999_999_999_999;

/**
 * The header fields that tell a caller how a limit stands (draft-ietf-httpapi-ratelimit-headers, the form with `q`, `r`
 * and `t`): `RateLimit-Policy: "calls";q=1000` and `RateLimit: "calls";r=12;t=3600`. None where there is no limit.
 *
 * @param nowEpochMs the present, so that the reset can be told in seconds
 */
export function rateLimitFields(answer: RightAnswer, nowEpochMs: number): Record<string, string> {
  if (answer.limit === null || answer.remaining === null) return {};
  const name = `"${answer.feature.replaceAll(/["\\]|[^\x20-\x7e]/g, '')}"`;
  const seconds = answer.resetAt === null ? null : secondsUntil(answer.resetAt, nowEpochMs);
  return {
    'ratelimit-policy': `${name};q=${wholeOf(answer.limit)}`,
    ratelimit: `${name};r=${wholeOf(answer.remaining)}${seconds === null ? '' : `;t=${seconds}`}`,
  };
}

/** Whole seconds, rounded up; a moment that is over is one second away, so that nobody asks again at once. */
export function secondsUntil(moment: string, nowEpochMs: number): number {
  return Math.max(1, Math.ceil((Date.parse(moment) - nowEpochMs) / 1000));
}

/** Whole units, rounded down: who relies on them is not refused. */
function wholeOf(figure: string): string {
  return String(Math.min(LARGEST, Math.floor(Number(figure))));
}
