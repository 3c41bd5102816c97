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
  /** Whether the same work may stand although it was answered with this error; then it is not tried in parts. */
  mayStand?(error: unknown): boolean;
};

type Waiting<In, Out> = { item: In; resolve(answer: Out): void; reject(error: unknown): void };

/**
 * An item that cannot be done must not take its neighbours along: a piece that fails is halved until the culprit
 * stands alone.
 */
export function createJoiner<In, Out>(options: JoinerOptions<In, Out>): Joiner<In, Out> {
  const { run, weightOf = () => 1, maxWeight, lanes, mayStand = () => false } = options;
  let queue: Waiting<In, Out>[] = [];
  let busy = 0;

  function takeNext(): Waiting<In, Out>[] {
    let weight = 0;
    let count = 0;
    for (const { item } of queue) {
      weight += weightOf(item);
      if (count > 0 && weight > maxWeight) break;
      count += 1;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    return taken;
  }

  async function work(piece: readonly Waiting<In, Out>[]): Promise<void> {
    let answers: readonly Out[];
    try {
      answers = await run(piece.map(({ item }) => item));
    } catch (error) {
      if (piece.length === 1 || mayStand(error)) {
        for (const { reject } of piece) reject(error);
        return;
      }
      const half = Math.ceil(piece.length / 2);
      await work(piece.slice(0, half));
      await work(piece.slice(half));
      return;
    }
    piece.forEach(({ resolve }, index) => {
      resolve(answers[index] as Out);
    });
  }

  function begin(): void {
    while (busy < lanes && queue.length > 0) {
      busy += 1;
      void work(takeNext()).finally(() => {
        busy -= 1;
        begin();
      });
    }
  }

  return {
    ask(item) {
      return new Promise<Out>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        // What arrives in the same turn of the event loop goes together also when nothing is under way.
        if (queue.length === 1) setImmediate(begin);
      });
    },
  };
}
