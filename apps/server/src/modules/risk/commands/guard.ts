import type { Block, Payer } from '@billhook/core/risk/block';
import { isBlocked } from '@billhook/core/risk/block';
import { decideRisk, type RiskDecision } from '@billhook/core/risk/decide-risk';
import type { Actor, CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { getCustomers, lockCustomer } from '../../customers/api.ts';
import { activeBlocks, countRecent, insertTry, type NewTry, rulesOf } from '../repo.ts';

const HOUR_SECONDS = 3600;

/** What is tried, and the country of its card where it is known. */
export type PaymentTry = NewTry & { cardCountry: string | null };

/**
 * Decides about a try and keeps it with its verdict. Staff are told of what is refused or odd. It never refuses by
 * itself: the try must be kept first, see {@link guardPayment}.
 */
export async function noteTry(ctx: CommandCtx, one: PaymentTry): Promise<RiskDecision> {
  // The lock makes tries of one customer count one after another.
  const customer = await lockCustomer(ctx, one.customerId);
  const payer: Payer = {
    customerId: customer.id,
    email: customer.email,
    country: customer.country,
    address: one.address,
    cardMark: one.cardMark,
    cardCountry: one.cardCountry,
  };
  const decision = decideRisk({
    payer,
    blocks: await activeBlocks(ctx),
    recent: await countRecent(ctx, one),
    rules: await rulesOf(ctx),
  });
  const id = await insertTry(ctx, one, decision);
  if (decision.verdict !== 'allow') {
    ctx.emit({
      type: decision.verdict === 'refuse' ? 'payment_try.refused' : 'payment_try.flagged',
      objectId: id,
      customerId: one.customerId,
      payload: { kind: one.kind, reasons: decision.reasons.map(({ code, detail }) => ({ code, detail })) },
    });
  }
  return decision;
}

export type GuardRequest = {
  tenantId: number;
  actor: Actor;
  requestId: string | null;
  /** Where a person's request came from; a seller's own server is no person. */
  address?: string | null | undefined;
};

/** Ends with `payment.blocked` or `payment.too_many_tries` where a try must not go on. */
export type PaymentGuard = (request: GuardRequest, one: Omit<PaymentTry, 'address'>) => Promise<void>;

/** The guard of pages and cards: the try is committed with its verdict before anything is refused. */
export function guardPayment(deps: { transactor: Transactor }): PaymentGuard {
  return async (request, one) => {
    const address = request.address ?? null;
    const decision = await deps.transactor.command(request, (ctx) => noteTry(ctx, { ...one, address }));
    if (decision.verdict === 'refuse') refuseBy(decision);
  };
}

/** Says no without saying what gave it away: only staff read the reasons. */
export function refuseBy(decision: RiskDecision): never {
  if (decision.reasons.some(({ code }) => code.startsWith('block.'))) {
    refuse(
      'payment.blocked',
      'No payment is taken from here. Nothing was charged. Please contact the seller.',
    );
  }
  return refuse(
    'payment.too_many_tries',
    'There were too many tries. Nothing was charged; please wait an hour.',
    {
      facts: { retry_after: HOUR_SECONDS },
    },
  );
}

/** Which of these customers must not be charged: blocked themselves, by mail, by country, or by the card. */
export async function blockedPayers(
  ctx: QueryCtx,
  payers: readonly { customerId: string; cardMark: string | null; cardCountry: string | null }[],
): Promise<ReadonlySet<string>> {
  const blocks = payers.length === 0 ? [] : await activeBlocks(ctx);
  if (blocks.length === 0) return new Set();
  const customers = await getCustomers(
    ctx,
    payers.map(({ customerId }) => customerId),
  );
  const isRefused = (payer: Payer) => blocks.some((block: Block) => isBlocked(block, payer));
  return new Set(
    payers.flatMap(({ customerId, cardMark, cardCountry }) => {
      const customer = customers.get(customerId);
      if (customer === undefined) return [];
      const { email, country } = customer;
      const payer = { customerId, email, country, address: null, cardMark, cardCountry };
      return isRefused(payer) ? [customerId] : [];
    }),
  );
}
