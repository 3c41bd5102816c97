import type { ErrorCode } from '@billhook/contract/errors';

export type FieldFault = { pointer: string; code: string; detail: string; allowed?: readonly string[] };

/**
 * A refusal on purpose: what was asked cannot be done, nothing was changed. It ends the transaction and
 * becomes an RFC 9457 problem with the status of its code.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  /** One sentence a stranger can act on. */
  readonly detail: string;
  readonly faults: readonly FieldFault[];
  /** Further public members of the problem document. */
  readonly facts: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { faults?: readonly FieldFault[]; facts?: Record<string, unknown> } = {},
  ) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.faults = options.faults ?? [];
    this.facts = options.facts ?? {};
  }
}

/** Ends the command with a refusal. */
export function refuse(
  code: ErrorCode,
  detail: string,
  options?: { faults?: readonly FieldFault[]; facts?: Record<string, unknown> },
): never {
  throw new Refusal(code, detail, options);
}
