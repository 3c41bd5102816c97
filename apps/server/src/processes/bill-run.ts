import type { Instant } from '@billhook/core/time/instant';
import { closeBillRun, findOpenBillRun, joinBillRun, noteBillBatch } from '../modules/invoicing/api.ts';
import {
  type Claim,
  claimDue,
  countDueCustomers,
  type DuePlace,
  nextBillingAt,
} from '../modules/subscriptions/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import type { Log } from '../platform/log.ts';
import { reasonOf, speaksOfData } from '../platform/setbacks.ts';
import { createSlots, type Slots } from '../platform/slots.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';
import { type Billed, billCustomers, billLocked, park } from './bill-due.ts';
import { waitsForSeller } from './wait-for-seller.ts';

const ACTOR: Actor = { kind: 'system', id: 'bill-due' };
/** More than this is a run. */
const CUSTOMERS_A_TRANSACTION = 1_000;
/** Of customers most of whom are alike: what is decided of the first of each kind is done less often, and others take no memory. */
const CUSTOMERS_ALIKE = 1_600;
/** Of one seller or of two: while the database writes one transaction, another is worked out here. */
const TRANSACTIONS_AT_ONCE = 2;
/** While the last transactions of one seller's turn come to their end, another's have begun. */
const SELLERS_AT_ONCE = 2;
/** So many customers of a seller are billed before another seller's turn. */
const CUSTOMERS_A_TURN = 10_000;
/** The same where nobody else was due as it began: at the end of each turn one transaction is under way alone. */
const CUSTOMERS_A_LONE_TURN = 50_000;
/** So many may be parked by a run in which nobody could be billed. */
const MAX_ALL_PARKED = 3;

type Deps = {
  transactor: Transactor;
  log: Log;
  /**
   * Sellers who had more due than one transaction takes, until none of them is being billed any more: what can wait,
   * waits for them, since it would take the processor from whoever is billed.
   */
  inBulk?: Set<number>;
};

/** What is known of one seller from turn to turn. */
type Standing = {
  /** The last subscription that was claimed: what was billed before it need not be walked over again. */
  place: DuePlace | null;
  /** The run that is under way; null while little is due. */
  runId: string | null;
  /** Of those in the last transaction most were like another. */
  areAlike: boolean;
};

const NOTHING: Claim = { customerIds: [], subscriptions: 0, place: null };

/** One turn of a seller. */
type Turn = {
  tenantId: number;
  /** Room for transactions, of all turns that are under way. */
  slots: Slots;
  standing: Standing;
  startedAt: Instant;
  /** Customers whose billing was begun, or may be by a claim that is under way. */
  begun: number;
  /** Transactions that hold customers. */
  holding: number;
  /** Nothing more is to be claimed in this turn. */
  isThrough: boolean;
  /** The last claim: the next one begins where it ended. */
  claiming: Promise<unknown>;
  /** Comes when more is found due than one transaction takes; in a turn of a run that is known it never does. */
  large: PromiseWithResolvers<void>;
  done: number;
  failed: { customerId: string; error: unknown }[];
};

/**
 * The bill run: renewals in advance, usage in arrears, ends of trials, changes and cancellations whose moment has
 * come. It bills a customer up to the present, on one invoice a currency; running it again changes nothing. Workers beside
 * each other claim different customers. Customers whose decision is refused are parked with a case; a batch that fails is
 * split until the culprit stands alone.
 */
export function billDueSource(deps: Deps): DueSource {
  const standings = new Map<number, Standing>();
  const slots = createSlots(TRANSACTIONS_AT_ONCE);
  let isLone = false;
  return {
    name: 'bill-due',
    mostAtOnce: CUSTOMERS_A_LONE_TURN,
    sideBySide: SELLERS_AT_ONCE,
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t where exists (
           select 1 from subscriptions s where s.tenant_id = t.id and s.next_bill_at <= coalesce(t.frozen_at, $1))`,
        [iso(wallNow)],
      );
      const due = rows.map((row) => row.id);
      isLone = due.length === 1;
      if (!due.some((id) => deps.inBulk?.has(id) && standings.get(id)?.runId != null)) deps.inBulk?.clear();
      return due;
    },
    nextDueAt: nextBillingAt,
    async run(tenantId, limit, goesOn = always) {
      if (await waitsForSeller(deps.transactor, requestOf(tenantId))) {
        deps.inBulk?.delete(tenantId);
        return 0;
      }
      const standing = standings.get(tenantId) ?? (await lookUp(deps, tenantId));
      standings.set(tenantId, standing);
      const turn = beginTurn(deps, tenantId, standing, slots);
      try {
        await takeTurn(deps, turn, isLone ? limit : Math.min(limit, CUSTOMERS_A_TURN), goesOn);
        await parkFailed(deps, turn);
      } catch (error) {
        deps.inBulk?.delete(tenantId);
        throw error;
      }
      return turn.done + turn.failed.length;
    },
  };
}

/** A run that another process began, or that this one was killed in. */
async function lookUp({ transactor }: Deps, tenantId: number): Promise<Standing> {
  const runId = await transactor.query(requestOf(tenantId), findOpenBillRun);
  return { place: null, runId, areAlike: false };
}

const requestOf = (tenantId: number) => ({ tenantId, actor: ACTOR, requestId: null });

function beginTurn({ transactor }: Deps, tenantId: number, standing: Standing, slots: Slots): Turn {
  const claiming = Promise.resolve();
  const startedAt = transactor.wallNow();
  const large = Promise.withResolvers<void>();
  const nothing = { begun: 0, holding: 0, isThrough: false, done: 0, failed: [] };
  return { tenantId, slots, standing, startedAt, claiming, large, ...nothing };
}

async function takeTurn(deps: Deps, turn: Turn, limit: number, goesOn: () => boolean): Promise<void> {
  const { standing } = turn;
  const first = billOn(deps, turn, limit, goesOn);
  // Whether there is a run shows in the first claim, if it was not known.
  const ended = first.catch(() => undefined);
  if (standing.runId === null) await Promise.race([turn.large.promise, ended]);
  const beside = standing.runId === null ? 0 : TRANSACTIONS_AT_ONCE - 1;
  await allOf([first, ...Array.from({ length: beside }, () => billOn(deps, turn, limit, goesOn))]);
  if (!goesOn() || standing.runId === null) return;
  const { runId } = standing;
  const isOver = await deps.transactor.command(requestOf(turn.tenantId), async (ctx) => {
    if ((await countDueCustomers(ctx)) > 0) return false;
    await closeBillRun(ctx, runId);
    return true;
  });
  if (!isOver) return;
  standing.runId = null;
  standing.areAlike = false;
}

/** Waits for all, also where one has failed: nothing is left running behind. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works))
    if (outcome.status === 'rejected') throw outcome.reason;
}

/** Bills one transaction after the other, beside others of the same turn. */
async function billOn(deps: Deps, turn: Turn, limit: number, goesOn: () => boolean): Promise<void> {
  const mayGoOn = () => !turn.isThrough && turn.begun < limit && goesOn();
  // Who is through waits for nobody's room to learn it.
  while (mayGoOn() && (await turn.slots.within(turn.tenantId, () => billOnce(deps, turn, limit, goesOn))));
}

async function billOnce(deps: Deps, turn: Turn, limit: number, goesOn: () => boolean): Promise<boolean> {
  const most = Math.min(
    turn.standing.areAlike ? CUSTOMERS_ALIKE : CUSTOMERS_A_TRANSACTION,
    limit - turn.begun,
  );
  if (turn.isThrough || most <= 0 || !goesOn()) return false;
  turn.begun += most;
  try {
    if (!(await billNext(deps, turn, most))) turn.isThrough = true;
  } catch (error) {
    // What was claimed is due again, before the place where claims have come to.
    turn.isThrough = true;
    turn.standing.place = null;
    throw error;
  }
  return !turn.isThrough;
}

/** Claims the next customers and bills them in one transaction. Whether there may be more. */
async function billNext(deps: Deps, turn: Turn, most: number): Promise<boolean> {
  const { tenantId, standing } = turn;
  let claim = NOTHING;
  const letGo = () => {
    if (claim.customerIds.length > 0) turn.holding -= 1;
  };
  try {
    const billed = await deps.transactor.command(requestOf(tenantId), async (ctx) => {
      // A transaction that lost a race is run again, and holds nothing of what it held.
      letGo();
      claim = NOTHING;
      claim = await claimNext(ctx, turn, most);
      if (claim.subscriptions >= most) deps.inBulk?.add(tenantId);
      await joinIfLarge(deps, turn, claim);
      return noted(ctx, standing, billLocked(ctx, claim.customerIds));
    });
    turn.done += billed.customers;
    standing.areAlike = standing.runId !== null && billed.followed * 2 > billed.customers;
  } catch (error) {
    // A lost connection says nothing about the customers: the error goes up, and the run is tried again.
    if (!speaksOfData(error) || claim.customerIds.length === 0) throw error;
    await splitBatch(deps, turn, claim.customerIds, error);
  } finally {
    letGo();
  }
  turn.begun -= most - claim.customerIds.length;
  return claim.subscriptions >= most;
}

/** One claim after the other, since each begins where the one before it ended, or at the front once it found too little. */
async function claimNext(ctx: CommandCtx, turn: Turn, most: number): Promise<Claim> {
  const { standing } = turn;
  const work = turn.claiming.then(async () => {
    const skip = turn.failed.map(({ customerId }) => customerId);
    const claim = await claimDue(ctx, { after: standing.place, most, skip, mayWait: turn.holding === 0 });
    if (claim.customerIds.length > 0) turn.holding += 1;
    standing.place = claim.subscriptions >= most ? claim.place : null;
    return claim;
  });
  turn.claiming = work.catch(() => undefined);
  return work;
}

/**
 * More is due than one transaction takes: from here on this is a run whose progress is told. It is begun in a transaction of its
 * own before anybody is billed, so that others may be billed beside the first, and all that they do is noted in it.
 */
async function joinIfLarge(
  { transactor }: Deps,
  { tenantId, startedAt, standing, large }: Turn,
  { subscriptions }: Claim,
): Promise<void> {
  if (subscriptions < CUSTOMERS_A_TRANSACTION || standing.runId !== null) return;
  standing.runId = await transactor.command(requestOf(tenantId), async (ctx) =>
    joinBillRun(ctx, { startedAt, dueCustomers: await countDueCustomers(ctx) }),
  );
  large.resolve();
}

/** What a transaction of a run does is remembered in it. */
async function noted(ctx: CommandCtx, { runId }: Standing, work: Promise<Billed>): Promise<Billed> {
  const billed = await work;
  if (runId !== null && billed.customers > 0) await noteBillBatch(ctx, runId, billed);
  return billed;
}

async function splitBatch(
  deps: Deps,
  turn: Turn,
  customerIds: readonly string[],
  error: unknown,
): Promise<void> {
  const [only] = customerIds;
  if (customerIds.length === 1 && only !== undefined) {
    // A transaction beside this one may have met the same customer.
    if (turn.failed.every(({ customerId }) => customerId !== only))
      turn.failed.push({ customerId: only, error });
    return;
  }
  const { tenantId } = turn;
  const middle = Math.ceil(customerIds.length / 2);
  deps.log.warn({ tenantId, process: 'bill-due', reason: reasonOf(error) }, 'a batch failed and is split');
  await billOrSplit(deps, turn, customerIds.slice(0, middle));
  await billOrSplit(deps, turn, customerIds.slice(middle));
}

/** Bills a part of a batch; one that fails is halved, until the customer whose bill fails stands alone. */
async function billOrSplit(deps: Deps, turn: Turn, customerIds: readonly string[]): Promise<void> {
  try {
    const billed = await deps.transactor.command(requestOf(turn.tenantId), (ctx) =>
      noted(ctx, turn.standing, billCustomers(ctx, customerIds)),
    );
    turn.done += billed.customers;
  } catch (error) {
    if (!speaksOfData(error)) throw error;
    await splitBatch(deps, turn, customerIds, error);
  }
}

/** Parks whose bill failed alone. Where everybody's failed the fault is ours: nobody is parked, and it goes up. */
async function parkFailed(deps: Deps, { tenantId, standing, done, failed }: Turn): Promise<void> {
  if (done === 0 && failed.length > MAX_ALL_PARKED) throw failed[0]?.error;
  for (const { customerId, error } of failed) {
    const reason = reasonOf(error);
    deps.log.error({ tenantId, process: 'bill-due', reason }, 'a customer could not be billed and is parked');
    const refusal = { code: 'billing.failed', detail: reason, facts: {} };
    await deps.transactor.command(requestOf(tenantId), async (ctx) => {
      await park(ctx, [{ customerId, refusal }]);
      return noted(ctx, standing, Promise.resolve({ customers: 1, invoices: 0, parked: 1, followed: 0 }));
    });
  }
}
