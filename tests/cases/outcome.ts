/** One worked case of a file, as it was read: the members beside these depend on the file's schema. */
export interface CaseRecord {
  readonly id: string;
  /** What the case's source does where sources differ: keys and codes of the file's `policies`. */
  readonly policy?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

/** What came of one case. `expected` and `seen` are texts for people; `why` says what is missing or differs. */
export interface CaseOutcome {
  readonly status: 'passed' | 'failed' | 'unsupported';
  readonly expected: string;
  readonly seen: string;
  readonly why?: string;
}

/**
 * Translates one case into calls of the engine's public functions and compares. It does no arithmetic of its own.
 *
 * @param policies the policies that this case names, an empty object if it names none
 */
export type Adapter = (entry: CaseRecord, policies: Readonly<Record<string, string>>) => CaseOutcome;

/** Passed if both texts are equal, failed otherwise. */
export function compared(expected: string, seen: string): CaseOutcome {
  return { status: expected === seen ? 'passed' : 'failed', expected, seen };
}

/** A case that the engine has no way to express. It counts as failed unless the policy was decided against. */
export function unsupported(expected: string, why: string): CaseOutcome {
  return { status: 'unsupported', expected, seen: 'unsupported', why };
}
