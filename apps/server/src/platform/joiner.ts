import { createLanes, type LaneOptions } from './lanes.ts';

/**
 * Joins what many callers ask for at the same time into few pieces of work. While one piece is under way, what
 * arrives waits and goes together into the next: under load a piece grows by itself, and a caller alone waits for
 * nobody.
 */
export type Joiner<In, Out> = {
  /** Answers once the piece of work that the item went into is done. */
  ask(item: In): Promise<Out>;
};

export type JoinerOptions<In, Out> = LaneOptions & {
  /** Does a piece of work: one answer an item, in their order. Either all of it stands or nothing. */
  run(items: readonly In[]): Promise<readonly Out[]>;
  /** How much an item adds to a piece of work; 1 unless said. */
  weightOf?(item: In): number;
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
  const { weightOf = () => 1, maxWeight, gatherMs = 0, gatherAfter = MANY, stuckMs } = options;
  const queue = createQueue<Waiting<In, Out>>(({ item }) => weightOf(item));
  const lanes = createLanes(options);
  /** A look at what waits is due at the end of this turn. */
  let isDue = false;
  let watcher: NodeJS.Timeout | undefined;
  /** While it gathers: how many it waits for, and until when. */
  let gathering: { count: number; timer: NodeJS.Timeout } | undefined;

  function begin(): void {
    if (gathering !== undefined) clearTimeout(gathering.timer);
    gathering = undefined;
    while (lanes.mayBegin(queue)) {
      const piece = queue.take(maxWeight);
      const end = lanes.begin(piece.length);
      void work(piece, options).finally(() => {
        end();
        next(piece.length);
      });
    }
    watch();
  }

  /** Nobody may ask again before what is under way turns out to be stuck. */
  function watch(): void {
    if (watcher !== undefined || queue.length === 0 || stuckMs === undefined) return;
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
    const count = lanes.worth(queue, answered);
    if (gatherMs === 0 || answered < gatherAfter) begin();
    else gathering ??= { count, timer: setTimeout(begin, gatherMs) };
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
        if (!isDue && lanes.mayBegin(queue)) {
          isDue = true;
          setImmediate(beginUnlessGathering);
        }
        watch();
      });
    },
  };
}
