/** How pieces of work of a joiner may be under way beside each other. */
export type LaneOptions = {
  /** A piece takes no further item once it weighs this much; a single item may weigh more. */
  maxWeight: number;
  /** How many pieces may be under way at once. */
  lanes: number;
  /**
   * What must wait, by weight, for a second piece to begin beside the first. Small pieces are better done as one; large ones
   * keep this process busy while another waits for the database.
   */
  heavy?: number;
  /**
   * Where twice as many call and more, each half of them is a piece of its own: while the database works for one half, the
   * other is answered and asks again.
   */
  half?: number;
  /** So many callers and more are not halved: their commits are to be few. */
  whole?: number;
  /** Whether halves are worth it as things are now; they are unless said. */
  mayHalve?(): boolean;
  /** Where a piece is under way for so long, it waits for somebody's lock, and one piece more may begin. */
  stuckMs?: number;
};

/** Of two halves, one may be a little smaller: callers come and go, and of an odd number one half is. */
const NEARLY_HALF = 7 / 16;

type Waiting = { length: number; weight: number };

/** Which pieces are under way, how many callers there are, and whether another piece may begin. */
export function createLanes(options: LaneOptions) {
  const { maxWeight, lanes, stuckMs = Number.POSITIVE_INFINITY } = options;
  const { half = Number.POSITIVE_INFINITY, mayHalve = () => true } = options;
  const { whole = Number.POSITIVE_INFINITY } = options;
  const { heavy = options.half === undefined ? 0 : Number.POSITIVE_INFINITY } = options;
  /** Pieces under way, the oldest first. */
  const underWay = new Set<{ sinceMs: number }>();
  /** Callers whose pieces those are. */
  let asking = 0;
  /** How many called lately, also those who were answered and are not back yet; who stays away is soon forgotten. */
  let crowd = 0;

  const callers = ({ length }: Waiting) => Math.max(crowd, length + asking);

  function halves(waiting: Waiting): boolean {
    const count = callers(waiting);
    return lanes > 1 && count >= 2 * half && count < whole && mayHalve();
  }

  function isEnough(waiting: Waiting): boolean {
    if (!halves(waiting)) return waiting.weight >= heavy;
    return waiting.length >= callers(waiting) * NEARLY_HALF || waiting.weight >= maxWeight / 2;
  }

  return {
    mayBegin(waiting: Waiting): boolean {
      if (waiting.length === 0) return false;
      const [oldest] = underWay;
      if (oldest === undefined) return true;
      const isStuck = performance.now() - oldest.sinceMs > stuckMs;
      if (underWay.size >= (isStuck ? lanes + 1 : lanes)) return false;
      return isStuck || isEnough(waiting);
    },
    /** @returns what is called when the piece has ended */
    begin(count: number): () => void {
      const piece = { sinceMs: performance.now() };
      underWay.add(piece);
      asking += count;
      return () => {
        underWay.delete(piece);
        asking -= count;
      };
    },
    /** How many of those that wait, or were answered just now and may come back, are worth a piece. */
    worth(waiting: Waiting, answered: number): number {
      const here = waiting.length + answered;
      crowd = Math.max(here + asking, (crowd * 7) / 8);
      return halves(waiting) ? Math.min(here, Math.ceil(crowd / 2)) : here;
    },
  };
}
