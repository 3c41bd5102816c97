import type { OperatorRoutes } from '@billhook/contract/routes';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { Handlers } from '../../../http/handlers.ts';
import type { QueryCtx } from '../../../platform/context.ts';
import { DEFAULT_LIMIT, pageOf, readCursorId } from '../../../platform/page.ts';
import { customerRowId, getCustomer } from '../../customers/api.ts';
import {
  approveErasure,
  cancelErasure,
  noErasure,
  placeHold,
  releaseHold,
  requestErasure,
} from './commands.ts';
import { countTopics, hindrancesNow, keptUntilOf, whoseOf } from './facts.ts';
import { standingHold } from './holds.ts';
import { presentErasure, presentHold } from './present.ts';
import { findErasure, latestErasure, listErasures } from './repo.ts';
import { presentPrivacySettings, putPrivacySettings, readPrivacySettings } from './settings.ts';

type RouteIds =
  | 'previewErasure'
  | 'requestErasure'
  | 'listErasures'
  | 'getErasure'
  | 'approveErasure'
  | 'cancelErasure'
  | 'placeLegalHold'
  | 'releaseLegalHold'
  | 'getPrivacySettings'
  | 'putPrivacySettings';

export type ErasureRouteDeps = {
  /** Looks at a source of due work soon. */
  wake(source: string): void;
  /** HMAC of a text with a key of its own. */
  sign(text: string): string;
  /** Constant-time comparison of two texts. */
  same(left: string, right: string): boolean;
};

const TOKEN_LIFE_MS = 15 * 60_000;

const rowId = (text: string): string => {
  const id = decodeTypeId('era', text);
  return id.ok ? id.value : noErasure();
};

export function erasureRoutes(deps: ErasureRouteDeps): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    previewErasure: async (ctx, { params }) => {
      const { id } = await getCustomer(ctx, customerRowId(params.id));
      return preview(ctx, deps, id);
    },
    requestErasure: async (ctx, { params, body }) => {
      const customerId = customerRowId(params.id);
      const record = await requestErasure(ctx, customerId, body.reason, (keptUntil) =>
        isGenuine(ctx, deps, body.token, customerId, keptUntil),
      );
      ctx.afterCommit(() => deps.wake('erasures'));
      return presentErasure(ctx, record);
    },
    listErasures: async (ctx, { query }) => {
      const limit = query.limit ?? DEFAULT_LIMIT;
      const rows = await listErasures(ctx, { limit, after: readCursorId('era', query.starting_after) });
      return pageOf(
        rows,
        limit,
        (row) => presentErasure(ctx, row),
        ({ id }) => encodeTypeId('era', id),
      );
    },
    getErasure: async (ctx, { params }) =>
      presentErasure(ctx, (await findErasure(ctx, rowId(params.id))) ?? noErasure()),
    approveErasure: async (ctx, { params }) => {
      const record = await approveErasure(ctx, rowId(params.id));
      ctx.afterCommit(() => deps.wake('erasures'));
      return presentErasure(ctx, record);
    },
    cancelErasure: async (ctx, { params }) => presentErasure(ctx, await cancelErasure(ctx, rowId(params.id))),
    placeLegalHold: async (ctx, { params, body }) =>
      presentHold(await placeHold(ctx, customerRowId(params.id), body.reason)),
    releaseLegalHold: async (ctx, { params, body }) => {
      await releaseHold(ctx, customerRowId(params.id), body.reason);
      return { object: 'legal_hold_release' as const, customer: params.id };
    },
    getPrivacySettings: (ctx) => presentPrivacySettings(ctx),
    putPrivacySettings: async (ctx, { body }) => {
      await putPrivacySettings(ctx, body);
      return presentPrivacySettings(ctx);
    },
  };
}

async function preview(ctx: QueryCtx, deps: ErasureRouteDeps, customerId: string) {
  const hindrances = await hindrancesNow(ctx, customerId, null);
  const { goes, stays } = await countTopics(ctx, await whoseOf(ctx, customerId, []));
  const keptUntil = await keptUntilOf(ctx, customerId);
  const { needsSecondPerson } = await readPrivacySettings(ctx);
  const hold = await standingHold(ctx, customerId);
  const latest = await latestErasure(ctx, customerId);
  const expiresAt = ctx.wallNow + TOKEN_LIFE_MS;
  const signature = deps.sign(tokenText(ctx, customerId, keptUntil, expiresAt));
  return {
    object: 'erasure_preview' as const,
    customer: encodeTypeId('cus', customerId),
    hindrances: [...hindrances],
    goes: goes.map(({ topic, rows }) => ({ topic, rows })),
    stays: stays.map(({ topic, rows, reason }) => ({ topic, rows, reason: reason ?? '' })),
    kept_until: keptUntil,
    needs_second_person: needsSecondPerson,
    legal_hold: hold === undefined ? null : presentHold(hold),
    erasure: latest === undefined ? null : presentErasure(ctx, latest),
    token: hindrances.length === 0 ? `${expiresAt}.${signature}` : null,
  };
}

const tokenText = (ctx: QueryCtx, customerId: string, keptUntil: string | null, expiresAt: number) =>
  `erasure\n${ctx.tenant.id}\n${customerId}\n${keptUntil ?? 'none'}\n${expiresAt}`;

/** Whether a token was made by a preview of this customer that a person has just seen, and the same stays. */
function isGenuine(
  ctx: QueryCtx,
  deps: ErasureRouteDeps,
  token: string,
  customerId: string,
  keptUntil: string | null,
): boolean {
  const [until = '', signature = ''] = token.split('.', 2);
  const expiresAt = Number(until);
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= ctx.wallNow) return false;
  return deps.same(signature, deps.sign(tokenText(ctx, customerId, keptUntil, expiresAt)));
}
