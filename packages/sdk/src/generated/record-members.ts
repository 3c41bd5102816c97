// Generated from the contract by scripts/gen/sdk.ts. Do not edit: run `npm run gen`.

/** Members whose keys belong to the caller, so they keep their spelling. */
export const RECORD_MEMBERS: ReadonlySet<string> = new Set(['amounts', 'data', 'details', 'done', 'facts', 'footer', 'headers', 'legal_text', 'letter_fees', 'mapping', 'metadata', 'refund_limits', 'tax_rates', 'units', 'usage']);
