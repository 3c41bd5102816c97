import {
  DECIMAL12_ZERO,
  decimal12FromScaled,
  formatDecimal12,
  parseDecimal12,
} from '@billhook/core/kernel/decimal';

function exact(text: string): bigint {
  const parsed = parseDecimal12(text);
  return parsed.ok ? parsed.value : DECIMAL12_ZERO;
}

/** What is used beyond the limit and what is left of it, exact; both null without a limit. */
export function againstLimit(
  used: string,
  limit: string | null,
): { readonly beyond: string | null; readonly left: string | null } {
  if (limit === null) return { beyond: null, left: null };
  const distance = exact(limit) - exact(used);
  return {
    left: distance > 0n ? formatDecimal12(decimal12FromScaled(distance)) : '0',
    beyond: distance < 0n ? formatDecimal12(decimal12FromScaled(-distance)) : '0',
  };
}
