/** A law of SPEC.md that does not hold, and what was seen. */
export interface Violation {
  readonly law: string;
  readonly detail: string;
}

export type Report = (law: string, detail: string) => void;
