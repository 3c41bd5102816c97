import type { AccessStage } from '@billhook/core/access/access';
import type { AfterFailure, DunningFacts } from '@billhook/core/dunning/outlook';
import type { Instant } from '@billhook/core/time/instant';
import { type Customer, isCollecting } from './customer.ts';
import { applyDecision, settleCredit, touch, type World } from './world.ts';

/** How far the campaign has come with one unpaid invoice. */
export interface DunningRun {
  facts: DunningFacts;
  stage: AccessStage;
}

/** Takes a failure into the run of its invoice and says what follows. */
export function afterFailure(
  world: World,
  customer: Customer,
  invoiceId: string,
  failureCode: string,
): AfterFailure | null {
  const record = customer.books.invoices.get(invoiceId);
  if (record === undefined || record.status !== 'open') return null;
  const now = world.agenda.now;
  if (world.engine.isNeverAgain(failureCode)) customer.isCardBlocked = true;
  const kind = world.engine.kindOfFailure(failureCode, 'card');
  const before = customer.dunning.get(invoiceId);
  const facts: DunningFacts = {
    anchorAt: before?.facts.anchorAt ?? now,
    pausedMs: 0,
    kind,
    kindSince: before?.facts.kind === kind ? before.facts.kindSince : now,
    lastFailureAt: now,
    settled: before?.facts.settled ?? [],
    tries: customer.charges,
    methodKind: 'card',
    isBlocked: customer.isCardBlocked,
    hasOther: false,
    timeZone: customer.plan.timeZone,
  };
  customer.dunning.set(invoiceId, { facts, stage: before?.stage ?? 'grace' });
  return world.engine.planAfterFailure(world.swarm.campaign, facts, {
    now,
    failureCount: record.failureCount + 1,
    isPaused: false,
  });
}

/** Takes every step that is due, as the server's loop does. */
export function takeSteps(world: World, customer: Customer): void {
  for (const [invoiceId, run] of [...customer.dunning]) {
    for (let isDone = false; !isDone; ) isDone = !takeStep(world, customer, invoiceId, run);
  }
}

function takeStep(world: World, customer: Customer, invoiceId: string, run: DunningRun): boolean {
  const record = customer.books.invoices.get(invoiceId);
  const now = world.agenda.now;
  if (record?.status !== 'open' || !customer.dunning.has(invoiceId)) return false;
  const next = nextOf(world, customer, invoiceId, run);
  if (next === null || next.at > now) return false;
  const { action, key } = next.step;
  run.facts = { ...run.facts, settled: [...run.facts.settled, key] };
  run.stage = world.engine.stageAfter(run.stage, action);
  if (action === 'stop') customer.stopped.add(invoiceId);
  if (action === 'cancel') {
    const concerned = new Set(record.invoice.lines.map(({ subscriptionId }) => subscriptionId));
    const decision = world.engine.decideGiveUp({
      now,
      invoice: { id: invoiceId, status: record.status, failureCount: record.failureCount },
      subscriptions: [...customer.books.subscriptions.values()].filter(({ id }) => concerned.has(id)),
      days: world.swarm.settings.proration,
    });
    applyDecision(world, customer, decision);
    settleCredit(world, customer, decision);
  }
  touch(world, customer);
  return true;
}

function nextOf(world: World, customer: Customer, invoiceId: string, { facts }: DunningRun) {
  const { ahead } = world.engine.dunningOutlook(world.swarm.campaign, {
    ...facts,
    isBlocked: customer.isCardBlocked,
  });
  return world.engine.nextStep(ahead, isCollecting(customer, invoiceId));
}

/** When the next step of any run falls due; null if none does. */
export function nextStepAt(world: World, customer: Customer): Instant | null {
  let first: Instant | null = null;
  for (const [invoiceId, run] of customer.dunning) {
    const at = nextOf(world, customer, invoiceId, run)?.at ?? null;
    if (at !== null && (first === null || at < first)) first = at;
  }
  return first;
}

/** Ends the runs of what is no longer open, and sees to it that access is what it must be by now. */
export function followMoney(world: World, customer: Customer): void {
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
