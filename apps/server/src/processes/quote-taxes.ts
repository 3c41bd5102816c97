import { judgeQuote } from '@billhook/core/tax/tax-quote';
import { addMs, type Instant, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { letGoOn, lockCustomer } from '../modules/customers/api.ts';
import {
  askLater,
  dueQuestions,
  isAwaited,
  keepFault,
  keepQuote,
  type NamedQuestion,
  nextQuestionAt,
  type TaxFault,
  type TaxProvider,
  TaxQuoteNeeded,
} from '../modules/invoicing/api.ts';
import { openCase, openCaseFacts, settleCases } from '../modules/support/api.ts';
import type { Actor, CommandCtx } from '../platform/context.ts';
import { always, type DueSource, inSlices } from '../platform/due.ts';
import { iso } from '../platform/sql.ts';
import type { TransactionRequest, Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'tax-provider' };
const AWAY = 'tax.provider_away';

/** The provider of a tenant; null where none is set up. */
export type TaxProviderOf = (tenantId: number) => Promise<TaxProvider | null>;

type Deps = { transactor: Transactor; providerOf: TaxProviderOf };

const requestOf = (tenantId: number): TransactionRequest => ({ tenantId, actor: ACTOR, requestId: null });

/**
 * For the transactor: asks about what a transaction needed that was rolled back, while nothing is locked, and says whether
 * it is worth running it again. What came of it is kept, so the next run finds an answer, or that there is none.
 */
export async function askForTaxes(deps: Deps, tenantId: number, error: unknown): Promise<boolean> {
  if (!(error instanceof TaxQuoteNeeded)) return false;
  for (const question of error.questions) await ask(deps, tenantId, question);
  return true;
}

/**
 * Asks one question and keeps what came of it. Where an invoice waits for it, its customer is taken up again in the same
 * transaction, so that none is left waiting for what is there.
 */
async function ask(
  { transactor, providerOf }: Deps,
  tenantId: number,
  named: NamedQuestion,
  failedBefore = 0,
): Promise<void> {
  const provider = await providerOf(tenantId);
  const answer =
    provider === null ? { ok: false as const, fault: NOT_SET_UP } : await provider.quote(named.question);
  const judged = answer.ok ? judgeQuote(named.question, answer.value) : null;
  await transactor.command(requestOf(tenantId), async (ctx) => {
    await lockCustomer(ctx, named.customerId);
    const waits = await isAwaited(ctx, named);
    if (judged?.ok) {
      await keepQuote(ctx, named, judged.value);
      if (waits) await goOn(ctx, named.customerId);
      return;
    }
    const fault = answer.ok
      ? { message: judged === null ? '' : judged.refusal.detail, isFinal: true }
      : { message: answer.fault.message, isFinal: answer.fault.kind === 'refused' };
    await keepFault(ctx, named, fault);
    if (!waits) return;
    if (fault.isFinal) await goOn(ctx, named.customerId);
    else await waitLonger(ctx, named, failedBefore + 1);
  });
}

const NOT_SET_UP: TaxFault = {
  kind: 'denied',
  code: 'not_set_up',
  message: 'There is no account at the provider of taxes.',
};

/**
 * Asks about invoices that wait. Who waited is billed again once there is an answer, or at once by the seller's own rules
 * where it chose that; for all others a case is open until the provider answers.
 */
export function taxQuestionsSource(deps: Deps): DueSource {
  return {
    name: 'tax-questions',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct q.tenant_id as id from tax_quotes q join tenants t on t.id = q.tenant_id
         where q.ask_at <= coalesce(t.frozen_at, $1)`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    nextDueAt: nextQuestionAt,
    run: (tenantId, limit, goesOn = always) =>
      inSlices(limit, goesOn, async (size) => {
        const due = await deps.transactor.query(requestOf(tenantId), (ctx) => dueQuestions(ctx, size));
        for (const { failedCount, ...question } of due) await ask(deps, tenantId, question, failedCount);
        return due.length;
      }),
  };
}

/** Takes the customer, who is locked, up again where nothing else keeps it. */
export async function goOn(ctx: CommandCtx, customerId: string): Promise<void> {
  await settleCases(ctx, AWAY, [customerId], 'Nothing waits for the provider of taxes any more.');
  if ((await openCaseFacts(ctx, 'billing.parked', customerId)) === undefined) await letGoOn(ctx, customerId);
}

async function waitLonger(ctx: CommandCtx, question: NamedQuestion, failedCount: number): Promise<void> {
  const { customerId } = question;
  const choice = ctx.tenant.settings.taxProvider?.whenAway;
  if (choice !== 'hold') {
    await askLater(ctx, question, null);
    // Billed by own rules, or refused with a case of its own: either way it waits no longer.
    return goOn(ctx, customerId);
  }
  await askLater(ctx, question, retryAt(ctx.now, failedCount));
  await openCase(ctx, {
    kind: AWAY,
    customerId,
    subjectId: customerId,
    detail: 'The provider of taxes does not answer, and the invoice of this customer waits for it.',
    facts: { asked: failedCount },
  });
}

/** A minute after the first silence, then twice as long each time, at most an hour. */
function retryAt(now: Instant, failedCount: number): Instant {
  return addMs(now, Math.min(MS_PER_HOUR, MS_PER_MINUTE * 2 ** Math.min(failedCount - 1, 6)));
}
