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
}

/** The next step of a run that is no try; null where none is left or it waits for a payment. */
export function nextOf(
  world: Rules,
  customer: Customer,
  invoiceId: string,
  { facts }: DunningRun,
): AheadStep | null {
  const { ahead } = world.engine.dunningOutlook(world.swarm.campaign, {
    ...facts,
    isBlocked: customer.isCardBlocked,
  });
  return world.engine.nextStep(ahead, isCollecting(customer, invoiceId));
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

/** Ends the runs of what is no longer open, and sees to it that access is what it must be by now. */
export function followMoney(world: Rules, customer: Customer): void {
  const stages = new Map<string, AccessStage[]>();
  for (const [invoiceId, { stage }] of [...customer.dunning]) {
    const record = customer.books.invoices.get(invoiceId);
    if (record?.status !== 'open') {
      customer.dunning.delete(invoiceId);
      continue;
    }
    for (const { subscriptionId } of record.invoice.lines)
      stages.set(subscriptionId, [...(stages.get(subscriptionId) ?? []), stage]);
  }
  for (const { id, status } of customer.books.subscriptions.values())
    customer.access.set(id, world.engine.accessOf(status, stages.get(id) ?? []));
}
