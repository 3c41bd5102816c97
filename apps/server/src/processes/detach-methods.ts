import { addMs, MS_PER_DAY, MS_PER_MINUTE } from '@billhook/core/time/instant';
import {
  claimDetachable,
  type DetachableMethod,
  type PaymentProvider,
  ProviderFault,
  type Providers,
  planDetach,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'detach-methods' };
const LEASE_MS = 2 * MS_PER_MINUTE;
const MAX_ATTEMPTS = 10;

/**
 * Takes removed cards from their customers at the provider, so that nobody can charge them there either. The intent
 * was committed with the removal; the call may be made again, for a card that is detached already is answered as such.
 */
export function detachMethodsSource(deps: { transactor: Transactor; providers: Providers }): DueSource {
  return {
    name: 'detach-methods',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        'select distinct tenant_id as id from payment_methods where detach_at <= $1',
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    // It changes no business fact, so it holds back no clock.
    nextDueAt: async () => null,
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, async (size) => {
        const request = { tenantId, actor: ACTOR, requestId: null };
        const due = await deps.transactor.command(request, (ctx) =>
          claimDetachable(ctx, size, addMs(ctx.wallNow, LEASE_MS)),
        );
        if (due.length === 0) return 0;
        for (const method of due) {
          const provider = await deps.providers.of(tenantId, method.provider);
          const isDone = await detach(provider, method.providerMethodId);
          await deps.transactor.command(request, (ctx) => (isDone ? end(ctx, method) : putOff(ctx, method)));
        }
        return due.length;
      }),
  };
}

/** True once the provider says that nobody holds the card any more. */
async function detach(provider: PaymentProvider, methodId: string): Promise<boolean> {
  try {
    await provider.detachMethod(methodId);
    return true;
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return error.kind === 'refused' && (await isDetached(provider, methodId));
  }
}

/** A refusal does not say why in a way to rely on, so the card is looked up. */
async function isDetached(provider: PaymentProvider, methodId: string): Promise<boolean> {
  try {
    return (await provider.retrieveMethod(methodId)).providerCustomerId === null;
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return error.kind === 'refused' && error.code === 'resource_missing';
  }
}

function end(ctx: CommandCtx, method: DetachableMethod): Promise<void> {
  return planDetach(ctx, method.id, null);
}

async function putOff(ctx: CommandCtx, method: DetachableMethod): Promise<void> {
  if (method.attempts < MAX_ATTEMPTS) {
    const delayMs = Math.min(MS_PER_MINUTE * 2 ** method.attempts, MS_PER_DAY);
    return planDetach(ctx, method.id, addMs(ctx.wallNow, delayMs));
  }
  await planDetach(ctx, method.id, null);
  await openCase(ctx, {
    kind: 'payment_method.not_detached',
    customerId: method.customerId,
    subjectId: method.id,
    detail: 'A removed card could not be detached at the payment provider. Detach it there.',
    facts: { provider_method_id: method.providerMethodId, attempts: method.attempts },
  });
}
