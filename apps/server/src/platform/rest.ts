const MOST_RESTS = 64;

/** How long a way is left alone that went wrong. */
export type Rest = {
  /** Whether it may be tried now; each time that it may not shortens the rest. */
  isOver(): boolean;
  failed(): void;
  succeeded(): void;
};

/** Where an attempt went wrong, the next ones are left to another way: one, then twice as many each time, up to 64. */
export function createRest(): Rest {
  let left = 0;
  let next = 1;
  return {
    isOver() {
      if (left === 0) return true;
      left -= 1;
      return false;
    },
    failed() {
      left = next;
      next = Math.min(next * 2, MOST_RESTS);
    },
    succeeded() {
      next = 1;
    },
  };
}

/** Something that is not so mostly, but was so lately. */
export type Reckoning = {
  /** Whether the next piece of work reckons with it; each one that does is one less. */
  reckonsWith(): boolean;
  /** Whether the next one would. */
  isOn(): boolean;
  seen(): void;
};

/** Once something was seen, so many pieces of work reckon with it. */
export function createReckoning(pieces: number): Reckoning {
  let left = 0;
  return {
    reckonsWith() {
      if (left === 0) return false;
      left -= 1;
      return true;
    },
    isOn: () => left > 0,
    seen() {
      left = pieces;
    },
  };
}
