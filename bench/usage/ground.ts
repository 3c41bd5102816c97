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
  /** A second process on the same database. */
  second(): Promise<Served>;
  ours(): Ours;
};

/** One or more figures that are measured together. */
export type Line = {
  name: string;
  /** What it measures, for the person who chooses. */
  about: string;
  measure(ground: () => Promise<Ground>, settings: Settings): Promise<Row[]>;
};

/** Opens the ground for the first who asks; the same for all others. */
export function groundOf(settings: Settings): { ground(): Promise<Ground>; close(): Promise<void> } {
  let opening: Promise<Ground> | undefined;
  const closings: (() => Promise<void>)[] = [];
  const open = async (): Promise<Ground> => {
    const stage = await openStage();
    closings.push(stage.close);
    const bare = await startBareServer(stage.bareUrl);
    closings.push(bare.stop);
    const shop = await openShop(stage);
    let second: Promise<Served> | undefined;
    const pids = [stage.pid, bare.pid];
    return {
      settings,
      stage,
      shop,
      bare,
      second() {
        second ??= stage.another().then((served) => {
          pids.push(served.pid);
          return served;
        });
        return second;
      },
      ours: () => ({ servers: pids, databases: [stage.postmaster] }),
    };
  };
  return {
    ground() {
      opening ??= open();
      return opening;
    },
    async close() {
      for (const closing of closings.reverse()) await closing();
    },
  };
}
