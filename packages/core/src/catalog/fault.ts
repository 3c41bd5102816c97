/** One thing wrong with a document: where (JSON pointer, RFC 6901), a stable code, and a sentence for a person. */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}
