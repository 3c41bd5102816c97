import type { AccessStage } from '@billhook/core/access/access';
import type { AheadStep, DunningFacts } from '@billhook/core/dunning/outlook';
import type { Instant } from '@billhook/core/time/instant';
import { type Customer, isCollecting } from './customer.ts';
import type { Engine } from './engine.ts';
import type { Swarm } from './swarm.ts';

/** What decides here: the parts of core, and the seller's campaign. */
interface Rules {
  readonly engine: Engine;
  readonly swarm: Swarm;
}

/** How far the campaign has come with one unpaid invoice. */
export interface DunningRun {
  facts: DunningFacts;
  stage: AccessStage;
  /** What lay ahead when it was last asked, and of what it was asked: the same question has the same answer. */
  seen?: {
    facts: DunningFacts;
    isBlocked: boolean;
    tries: number;
    last: Instant | undefined;
    ahead: readonly AheadStep[];
  };
}

/** The next step of a run that is no try; null where none is left or it waits for a payment. */
export function nextOf(
  world: Rules,
  customer: Customer,
  invoiceId: string,
  run: DunningRun,
): AheadStep | null {
  return world.engine.nextStep(aheadOf(world, customer, run), isCollecting(customer, invoiceId));
}

function aheadOf({ engine, swarm }: Rules, customer: Customer, run: DunningRun): readonly AheadStep[] {
  const { facts, seen } = run;
  const { isCardBlocked: isBlocked, charges } = customer;
  const last = charges.at(-1);
  const isKnown =
    seen?.facts === facts &&
    seen.isBlocked === isBlocked &&
    seen.tries === charges.length &&
    seen.last === last;
  if (isKnown) return seen.ahead;
  const { ahead } = engine.dunningOutlook(swarm.campaign, { ...facts, isBlocked });
  run.seen = { facts, isBlocked, tries: charges.length, last, ahead };
  return ahead;
}

/** When the next step of any run falls due; null if none does. */
export function nextStepAt(world: Rules, customer: Customer): Instant | null {
  let first: Instant | null = null;
  for (const [invoiceId, run] of customer.dunning) {
    if (customer.stopped.has(invoiceId)) continue;
    const at = nextOf(world, customer, invoiceId, run)?.at ?? null;
    if (at !== null && (first === null || at < first)) first = at;
  }
  return first;
}
