import type { AfterFailure, DunningFacts } from '@billhook/core/dunning/outlook';
import type { Customer } from './customer.ts';
import { type DunningRun, nextOf } from './dunning.ts';
import { applyDecision, settleCredit, touch, type World } from './world.ts';

/** Takes a failure into the run of its invoice and says what follows. */
export function afterFailure(
  world: World,
  customer: Customer,
  invoiceId: string,
  failureCode: string,
): AfterFailure | null {
  // The card is gone whatever became of the invoice in the meantime.
  if (world.engine.isNeverAgain(failureCode)) customer.isCardBlocked = true;
  const record = customer.books.invoices.get(invoiceId);
  if (record === undefined || record.status !== 'open') return null;
  const now = world.agenda.now;
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
    if (customer.stopped.has(invoiceId)) continue;
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
