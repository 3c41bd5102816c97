/** One entry of the closed list of errors. */
export interface ErrorKind {
  /** HTTP status. */
  readonly status: number;
  /** A few words, the same for every occurrence. */
  readonly title: string;
  /** What the caller can do about it, one or two sentences. */
  readonly remedy: string;
  /** True if the very same request may succeed later. */
  readonly retryable: boolean;
}

export function refusal(status: number, title: string, remedy: string): ErrorKind {
  return { status, title, remedy, retryable: false };
}

export function passing(status: number, title: string, remedy: string): ErrorKind {
  return { status, title, remedy, retryable: true };
}
