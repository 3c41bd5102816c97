/** How many units a process has promised to itself at a time. */
export interface LeaseTerms {
  /** Asked for first, for a feature that was not used before; 10 if left out. */
  readonly firstUnits?: number;
  /** Never more at once; 100,000 if left out. */
  readonly mostUnits?: number;
  /** Never more than one in so many of what is left for all processes together; 16 if left out. */
  readonly shareOfRest?: number;
  /** Units that nobody used for so long are given back; 30 s if left out. */
  readonly idleMs?: number;
}

export type AgreedTerms = Required<LeaseTerms>;

export function agreeTerms(terms: LeaseTerms = {}): AgreedTerms {
  const { firstUnits = 10, mostUnits = 100_000, shareOfRest = 16, idleMs = 30_000 } = terms;
  for (const [name, value] of Object.entries({ firstUnits, mostUnits, shareOfRest, idleMs }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new RangeError(`${name} is a whole number from 1.`);
  return { firstUnits, mostUnits, shareOfRest, idleMs };
}

/** A lease that was used up so soon was too small. */
const SOON_MS = 1_000;

/** The size to ask for after a lease of `size` that lasted `lastedMs`: doubled if it was used up soon. */
export function nextSize(size: number, lastedMs: number, terms: AgreedTerms): number {
  return lastedMs < SOON_MS ? Math.min(size * 2, terms.mostUnits) : size;
}

const SCALE = 1_000_000_000_000n;

/**
 * How much to ask for, scaled: what usage asks for, but only a share of what is left, so that near the limit
 * no process sits on units that another needs; and never less than what is needed now.
 *
 * @param rest what is left for all, scaled; null if it is not known
 */
export function sizeToAsk(wished: bigint, needed: bigint, rest: bigint | null, terms: AgreedTerms): bigint {
  const share = rest === null ? wished : (rest / SCALE / BigInt(terms.shareOfRest)) * SCALE;
  const bounded = share < wished ? share : wished;
  return bounded > needed ? bounded : needed;
}
