import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type BlockKind, readBlockValue } from '@billhook/core/risk/block';
import type { RiskRules } from '@billhook/core/risk/decide-risk';
import type { Handlers } from '../../http/handlers.ts';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, pageOfAll, readCursorId } from '../../platform/page.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import { customerBySubject, getCustomers } from '../customers/api.ts';
import * as repo from './repo.ts';

type RouteIds =
  | 'listBlocks'
  | 'createBlock'
  | 'removeBlock'
  | 'listPaymentTries'
  | 'getRiskRules'
  | 'setRiskRules';

export function riskRoutes(deps: {
  /** The mark of the card behind a payment method; null where none is known. */
  cardMarkOf(ctx: QueryCtx, methodId: string): Promise<string | null>;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listBlocks: async (ctx, { query }) => {
      const blocks = await repo.activeBlocks(ctx);
      const shown = query.kind === undefined ? blocks : blocks.filter(({ kind }) => kind === query.kind);
      return pageOfAll(await presentBlocks(ctx, shown), query);
    },
    createBlock: async (ctx, { body }) => {
      const text = await readValue(ctx, deps, body.kind, body.value);
      const value = readBlockValue(body.kind, text);
      if (!value.ok) {
        const { detail } = value.refusal;
        return refuse('block.value', detail, {
          faults: [{ pointer: '/value', code: 'block.value', detail }],
        });
      }
      const block = await repo.insertBlock(ctx, { kind: body.kind, value: value.value, reason: body.reason });
      if (block === undefined) return refuse('block.exists', 'This stands on the block list already.');
      auditBlock(ctx, 'payment_block.create', block);
      const [shown] = await presentBlocks(ctx, [block]);
      return shown as NonNullable<typeof shown>;
    },
    removeBlock: async (ctx, { params }) => {
      const id = decodeTypeId('blk', params.id);
      const block = id.ok ? await repo.endBlock(ctx, id.value) : undefined;
      if (block === undefined) return refuse('block.not_found', 'There is no such block.');
      auditBlock(ctx, 'payment_block.remove', block);
    },
    listPaymentTries: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const after = readCursorId('pty', query.starting_after);
      const rows = await repo.listTries(ctx, { limit: limit + 1, verdict: query.verdict ?? null, after });
      const customers = await getCustomers(
        ctx,
        rows.map(({ customerId }) => customerId),
      );
      return pageOf(
        rows,
        limit,
        (row) => presentTry(row, customers.get(row.customerId)?.name ?? '–'),
        (row) => encodeTypeId('pty', row.id),
      );
    },
    getRiskRules: async (ctx) => presentRules(await repo.rulesOf(ctx)),
    setRiskRules: async (ctx, { body }) => {
      const rules: RiskRules = {
        cardsOfCustomer: body.cards_of_customer,
        customersOfCard: body.customers_of_card,
        triesOfCustomer: body.tries_of_customer,
        triesOfAddress: body.tries_of_address,
        smallTries: body.small_tries,
        countryMismatch: body.country_mismatch,
      };
      await repo.saveRules(ctx, rules);
      ctx.audit({
        action: 'risk_rules.set',
        objectKind: 'risk_rules',
        objectId: ctx.tenant.publicId,
        details: body,
      });
      return presentRules(rules);
    },
  };
}

/** People name a customer by its ids and a card by a payment method; the list keeps what is compared. */
async function readValue(
  ctx: QueryCtx,
  deps: Parameters<typeof riskRoutes>[0],
  kind: BlockKind,
  text: string,
): Promise<string> {
  if (kind === 'customer') return (await customerBySubject(ctx, text)).id;
  if (kind !== 'card') return text;
  const method = decodeTypeId('pm', text);
  const mark = method.ok ? await deps.cardMarkOf(ctx, method.value) : null;
  return mark ?? refuse('payment_method.not_found', 'There is no payment method with a card of this id.');
}

function auditBlock(
  ctx: CommandCtx,
  action: 'payment_block.create' | 'payment_block.remove',
  block: repo.BlockRow,
) {
  const { kind, value, reason } = block;
  ctx.audit({
    action,
    objectKind: 'payment_block',
    objectId: encodeTypeId('blk', block.id),
    details: { kind, value, reason },
  });
}

const MARK_SHOWN = 12;

async function presentBlocks(ctx: QueryCtx, blocks: readonly repo.BlockRow[]) {
  const ids = blocks.flatMap(({ kind, value }) => (kind === 'customer' ? [value] : []));
  const customers = await getCustomers(ctx, ids);
  return blocks.map(({ id, kind, value, reason, createdAt }) => ({
    id: encodeTypeId('blk', id),
    object: 'payment_block' as const,
    kind,
    value: kind === 'customer' ? encodeTypeId('cus', value) : value,
    label:
      kind === 'customer'
        ? (customers.get(value)?.name ?? '–')
        : kind === 'card'
          ? `Card ${value.slice(0, MARK_SHOWN)}`
          : value,
    reason,
    created_at: iso(createdAt),
  }));
}

function presentTry(row: repo.TryRow, customerName: string) {
  return {
    id: encodeTypeId('pty', row.id),
    object: 'payment_try' as const,
    customer: encodeTypeId('cus', row.customerId),
    customer_name: customerName,
    kind: row.kind,
    address: row.address,
    amount: row.amountMinor === null ? null : `${row.amountMinor}`,
    currency: row.currency,
    verdict: row.verdict,
    reasons: row.reasons,
    created_at: iso(row.at),
  };
}

function presentRules(rules: RiskRules) {
  return {
    object: 'risk_rules' as const,
    cards_of_customer: rules.cardsOfCustomer,
    customers_of_card: rules.customersOfCard,
    tries_of_customer: rules.triesOfCustomer,
    tries_of_address: rules.triesOfAddress,
    small_tries: rules.smallTries,
    country_mismatch: rules.countryMismatch,
  };
}
