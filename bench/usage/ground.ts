import { type BareServer, startBareServer } from './bare.ts';
import type { Row } from './figures.ts';
import type { Ours } from './rounds.ts';
import type { Settings } from './settings.ts';
import { openShop, type Shop } from './shop.ts';
import { openStage, type Served, type Stage } from './stage.ts';

/** Where lines are measured: made when the first of them asks for it. */
export type Ground = {
  settings: Settings;
  stage: Stage;
  shop: Shop;
  bare: BareServer;
  /** Does something while a second process serves the same database. */
  beside<T>(work: (second: Served) => Promise<T>): Promise<T>;
  ours(): Ours;
};

/** One or more figures that are measured together. */
export type Line = {
  name: string;
  /** What it measures, for the person who chooses. */
  about: string;
  measure(ready: () => Promise<Ground>, settings: Settings): Promise<Row[]>;
};

const grounds = new Set<() => Promise<void>>();

/** Ends all that was begun: what runs is in process groups of its own, so it would outlive this process. */
export async function closeGrounds(): Promise<void> {
  for (const close of grounds) await close();
}

/** Opens the ground for the first who asks; the same for all others. */
export function groundOf(settings: Settings): {
  /** @param first is told of the server before anything is asked of it */
  ground(first?: (stage: Stage) => Promise<void>): Promise<Ground>;
  close(): Promise<void>;
} {
  let opening: Promise<Ground> | undefined;
  const closings: (() => Promise<void>)[] = [];
  const open = async (first: (stage: Stage) => Promise<void>): Promise<Ground> => {
    const stage = await openStage();
    closings.push(stage.close);
    await first(stage);
    const bare = await startBareServer(stage.bareUrl);
    closings.push(bare.stop);
    const shop = await openShop(stage);
    const pids = [stage.pid, bare.pid];
    return {
      settings,
      stage,
      shop,
      bare,
      async beside(work) {
        const second = await stage.another();
        pids.push(second.pid);
        try {
          return await work(second);
        } finally {
          pids.pop();
          await second.stop();
        }
      },
      ours: () => ({ servers: pids, databases: [stage.postmaster] }),
    };
  };
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      // Half of it may stand already.
      await opening?.catch(() => undefined);
      for (const closing of closings.reverse()) await closing();
      grounds.delete(close);
    })();
    return closed;
  };
  grounds.add(close);
  return {
    ground(first = async () => undefined) {
      opening ??= open(first);
      return opening;
    },
    close,
  };
}
