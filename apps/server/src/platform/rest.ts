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
