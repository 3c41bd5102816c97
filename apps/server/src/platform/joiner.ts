/**
 * Joins what many callers ask for at the same time into few pieces of work. While one piece is under way, what
 * arrives waits and goes together into the next: under load a piece grows by itself, and a caller alone waits for
 * nobody.
 */
export type Joiner<In, Out> = {
  /** Answers once the piece of work that the item went into is done. */
  ask(item: In): Promise<Out>;
};

export type JoinerOptions<In, Out> = {
  /** Does a piece of work: one answer an item, in their order. Either all of it stands or nothing. */
  run(items: readonly In[]): Promise<readonly Out[]>;
  /** How much an item adds to a piece of work; 1 unless said. */
  weightOf?(item: In): number;
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
  /** Whether halves are worth it as things are now; they are unless said. */
  mayHalve?(): boolean;
  /** Whether a second piece may begin beside the first as things are now; it may unless said. */
  mayBeside?(): boolean;
  /** Where a piece is under way for so long, it waits for somebody's lock, and one piece more may begin. */
  stuckMs?: number;
  /**
   * How long a piece may wait for callers who were just answered to ask again. Nobody waits unless many were answered
   * together: then most of them come back at once, and one piece for all costs little more than one for half of them.
   */
  gatherMs?: number;
  /** How many must have been answered together for that; 8 unless said. */
  gatherAfter?: number;
  /** Whether the same work may stand although it was answered with this error; then it is not tried in parts. */
  mayStand?(error: unknown): boolean;
};

/** Of two halves, one may be a little smaller: callers come and go, and of an odd number one half is. */
const NEARLY_HALF = 7 / 16;
/** So many were answered together that others will come, unless said otherwise. */
const MANY = 8;

type Waiting<In, Out> = { item: In; resolve(answer: Out): void; reject(error: unknown): void };

/** What waits, in its order, and what it weighs. */
function createQueue<T>(weightOf: (item: T) => number) {
  let waiting: T[] = [];
  let weight = 0;
  return {
    get length() {
      return waiting.length;
    },
    get weight() {
      return weight;
    },
    push(item: T): void {
      waiting.push(item);
      weight += weightOf(item);
    },
    /** The first, up to so much weight; a single item may weigh more. */
    take(maxWeight: number): T[] {
      let taken = 0;
      let count = 0;
      for (const item of waiting) {
        const more = weightOf(item);
        if (count > 0 && taken + more > maxWeight) break;
        taken += more;
        count += 1;
      }
      weight -= taken;
      const first = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return first;
    },
  };
}

/** A piece that fails is halved until the culprit stands alone. */
async function work<In, Out>(
  piece: readonly Waiting<In, Out>[],
  options: Pick<JoinerOptions<In, Out>, 'run' | 'mayStand'>,
): Promise<void> {
  const { run, mayStand = () => false } = options;
  let answers: readonly Out[];
  try {
    answers = await run(piece.map(({ item }) => item));
  } catch (error) {
    if (piece.length === 1 || mayStand(error)) {
      for (const { reject } of piece) reject(error);
      return;
    }
    const half = Math.ceil(piece.length / 2);
    await work(piece.slice(0, half), options);
    await work(piece.slice(half), options);
    return;
  }
  piece.forEach(({ resolve }, index) => {
    resolve(answers[index] as Out);
  });
}

/**
 * An item that cannot be done must not take its neighbours along: a piece that fails is halved until the culprit
 * stands alone.
 */
export function createJoiner<In, Out>(options: JoinerOptions<In, Out>): Joiner<In, Out> {
  const { weightOf = () => 1, maxWeight, lanes, gatherMs = 0, gatherAfter = MANY } = options;
  const { half = Number.POSITIVE_INFINITY, mayHalve = () => true, mayBeside = () => true } = options;
  const { heavy = options.half === undefined ? 0 : Number.POSITIVE_INFINITY } = options;
  const { stuckMs = Number.POSITIVE_INFINITY } = options;
  const queue = createQueue<Waiting<In, Out>>(({ item }) => weightOf(item));
  /** Pieces under way, the oldest first, and their callers. */
  const underWay = new Set<{ sinceMs: number }>();
  let asking = 0;
  /** How many called lately, also those who were answered and are not back yet; who stays away is soon forgotten. */
  let crowd = 0;
  /** A look at what waits is due at the end of this turn. */
  let isDue = false;
  let watcher: NodeJS.Timeout | undefined;
  /** While it gathers: how many it waits for, and until when. */
  let gathering: { count: number; timer: NodeJS.Timeout } | undefined;

  const callers = () => Math.max(crowd, queue.length + asking);
  const halves = () => lanes > 1 && callers() >= 2 * half && mayBeside() && mayHalve();

  function mayBegin(): boolean {
    if (queue.length === 0) return false;
    const [oldest] = underWay;
    if (oldest === undefined) return true;
    const isStuck = performance.now() - oldest.sinceMs > stuckMs;
    if (underWay.size >= (isStuck ? lanes + 1 : lanes) || !mayBeside()) return false;
    return isStuck || isEnough();
  }

  function isEnough(): boolean {
    if (!halves()) return queue.weight >= heavy;
    return queue.length >= callers() * NEARLY_HALF || queue.weight >= maxWeight / 2;
  }

  function begin(): void {
    if (gathering !== undefined) clearTimeout(gathering.timer);
    gathering = undefined;
    while (mayBegin()) {
      const piece = queue.take(maxWeight);
      const one = { sinceMs: performance.now() };
      underWay.add(one);
      asking += piece.length;
      void work(piece, options).finally(() => {
        underWay.delete(one);
        asking -= piece.length;
        next(piece.length);
      });
    }
    watch();
  }

  /** Nobody may ask again before what is under way turns out to be stuck. */
  function watch(): void {
    if (watcher !== undefined || queue.length === 0 || stuckMs === Number.POSITIVE_INFINITY) return;
    watcher = setTimeout(() => {
      watcher = undefined;
      beginUnlessGathering();
      watch();
    }, stuckMs + 1);
    watcher.unref();
  }

  function beginUnlessGathering(): void {
    isDue = false;
    if (gathering === undefined) begin();
  }

  function next(answered: number): void {
    crowd = Math.max(queue.length + answered + asking, (crowd * 7) / 8);
    if (gatherMs === 0 || answered < gatherAfter) begin();
    else gathering ??= { count: pieceOf(answered), timer: setTimeout(begin, gatherMs) };
  }

  /** How many of those that wait or may come back are worth a piece. */
  function pieceOf(answered: number): number {
    const here = queue.length + answered;
    return halves() ? Math.min(here, Math.ceil(crowd / 2)) : here;
  }

  return {
    ask(item) {
      return new Promise<Out>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (gathering !== undefined) {
          if (queue.length >= gathering.count) begin();
          return;
        }
        // What arrives in the same turn of the event loop goes together also when nothing is under way.
        if (!isDue && mayBegin()) {
          isDue = true;
          setImmediate(beginUnlessGathering);
        }
        watch();
      });
    },
  };
}
