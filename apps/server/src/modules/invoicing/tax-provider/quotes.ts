import { quoteJson, readQuote } from '@billhook/core/tax/quote-json';
import type { TaxQuote } from '@billhook/core/tax/tax-quote';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../../platform/context.ts';
import { iso, isoOrNull } from '../../../platform/sql.ts';
import { type NamedQuestion, questionJson, readQuestion } from './question.ts';

/** What is known of a question. `asked` is real time: how long ago says whether it is worth asking again. */
export type KnownQuote = {
  status: 'open' | 'answered' | 'refused';
  quote: TaxQuote | null;
  fault: string | null;
  failedCount: number;
  askedAt: Instant | null;
};

const nameOf = ({ customerId, sha256 }: Pick<NamedQuestion, 'customerId' | 'sha256'>) =>
  `${customerId}/${sha256}`;

/** What is known of these questions, by one look-up; a question that was never kept is missing. */
export async function quotesOf(
  ctx: QueryCtx,
  questions: readonly NamedQuestion[],
): Promise<(question: NamedQuestion) => KnownQuote | undefined> {
  if (questions.length === 0) return () => undefined;
  const rows = await ctx.sql.rows<
    Omit<KnownQuote, 'quote'> & { customerId: string; sha256: string; answer: unknown }
  >(
    `select customer_id as "customerId", content_sha256 as sha256, status, answer, fault, asked_at as "askedAt",
       failed_count as "failedCount"
     from tax_quotes where tenant_id = $1 and invoice_id is null and customer_id = any ($2::uuid[])
       and content_sha256 = any ($3::text[])`,
    [ctx.tenant.id, questions.map(({ customerId }) => customerId), questions.map(({ sha256 }) => sha256)],
  );
  const known = new Map(
    rows.map(({ customerId, sha256, answer, ...row }) => {
      const quote = answer === null ? null : readQuote(answer);
      return [nameOf({ customerId, sha256 }), { ...row, quote }];
    }),
  );
  return (question) => known.get(nameOf(question));
}

/** An invoice waits for these answers: they are asked for as due work. One that is known already is asked about again. */
export async function wantQuotes(ctx: CommandCtx, questions: readonly NamedQuestion[]): Promise<void> {
  for (const { customerId, sha256, question } of questions) {
    await ctx.sql.run(
      `insert into tax_quotes as q (tenant_id, id, customer_id, content_sha256, request, status, ask_at, created_at)
       values ($1, $2, $3, $4, $5::jsonb, 'open', $6, $6)
       on conflict (tenant_id, customer_id, content_sha256) where invoice_id is null do update
         set ask_at = coalesce(q.ask_at, excluded.ask_at) where q.status = 'open'`,
      [ctx.tenant.id, ctx.newId(), customerId, sha256, JSON.stringify(questionJson(question)), iso(ctx.now)],
    );
  }
}

/** Questions that are due, the oldest first, each under the name of its content. */
export async function dueQuestions(
  ctx: QueryCtx,
  limit: number,
): Promise<(NamedQuestion & { failedCount: number })[]> {
  const rows = await ctx.sql.rows<{
    customerId: string;
    sha256: string;
    request: unknown;
    failedCount: number;
  }>(
    `select customer_id as "customerId", content_sha256 as sha256, request, failed_count as "failedCount"
     from tax_quotes where tenant_id = $1 and ask_at <= $2 and invoice_id is null order by ask_at, id limit $3`,
    [ctx.tenant.id, iso(ctx.now), limit],
  );
  return rows.map(({ request, ...row }) => ({ ...row, question: readQuestion(request) }));
}

export async function nextQuestionAt(ctx: QueryCtx): Promise<Instant | null> {
  const row = await ctx.sql.row<{ at: Instant | null }>(
    'select min(ask_at) as at from tax_quotes where tenant_id = $1 and ask_at is not null',
    [ctx.tenant.id],
  );
  return row?.at ?? null;
}

/** Whether an invoice waits for this answer. */
export async function isAwaited(ctx: QueryCtx, { customerId, sha256 }: NamedQuestion): Promise<boolean> {
  const row = await ctx.sql.row(
    `select 1 from tax_quotes where tenant_id = $1 and customer_id = $2 and content_sha256 = $3
       and ask_at is not null and invoice_id is null`,
    [ctx.tenant.id, customerId, sha256],
  );
  return row !== undefined;
}

/** The customer is another than it was when it was asked about: nothing waits for those answers any more. Whether any did. */
export async function dropQuestions(ctx: CommandCtx, customerId: string): Promise<boolean> {
  const dropped = await ctx.sql.run(
    'update tax_quotes set ask_at = null where tenant_id = $1 and customer_id = $2 and ask_at is not null',
    [ctx.tenant.id, customerId],
  );
  return dropped > 0;
}

/** Keeps an answer that may be charged. */
export async function keepQuote(
  ctx: CommandCtx,
  { customerId, sha256, question }: NamedQuestion,
  quote: TaxQuote,
): Promise<void> {
  await ctx.sql.run(
    `insert into tax_quotes (tenant_id, id, customer_id, content_sha256, request, status, calculation_id, answer,
       asked_at, created_at)
     values ($1, $2, $3, $4, $5::jsonb, 'answered', $6, $7::jsonb, $8, $9)
     on conflict (tenant_id, customer_id, content_sha256) where invoice_id is null do update
       set status = 'answered', calculation_id = excluded.calculation_id, answer = excluded.answer, fault = null,
         failed_count = 0, ask_at = null, asked_at = excluded.asked_at`,
    [
      ctx.tenant.id,
      ctx.newId(),
      customerId,
      sha256,
      JSON.stringify(questionJson(question)),
      quote.calculationId,
      JSON.stringify(quoteJson(quote)),
      iso(ctx.wallNow),
      iso(ctx.now),
    ],
  );
}

const MOST_CHARACTERS = 500;

/**
 * Keeps that no answer came. One that was answered meanwhile stays so.
 *
 * @param isFinal the provider cannot answer this, so it is not asked again
 */
export async function keepFault(
  ctx: CommandCtx,
  { customerId, sha256, question }: NamedQuestion,
  fault: { message: string; isFinal: boolean },
): Promise<void> {
  await ctx.sql.run(
    `insert into tax_quotes as q (tenant_id, id, customer_id, content_sha256, request, status, fault, failed_count,
       asked_at, created_at)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, 1, $8, $9)
     on conflict (tenant_id, customer_id, content_sha256) where invoice_id is null do update
       set status = excluded.status, fault = excluded.fault, failed_count = q.failed_count + 1,
         asked_at = excluded.asked_at, ask_at = case when excluded.status = 'open' then q.ask_at end
       where q.status <> 'answered'`,
    [
      ctx.tenant.id,
      ctx.newId(),
      customerId,
      sha256,
      JSON.stringify(questionJson(question)),
      fault.isFinal ? 'refused' : 'open',
      fault.message.slice(0, MOST_CHARACTERS) || 'no reason given',
      iso(ctx.wallNow),
      iso(ctx.now),
    ],
  );
}

/** When a question without an answer is asked again; null for not by itself. */
export async function askLater(
  ctx: CommandCtx,
  { customerId, sha256 }: NamedQuestion,
  at: Instant | null,
): Promise<void> {
  await ctx.sql.run(
    `update tax_quotes set ask_at = $4
     where tenant_id = $1 and customer_id = $2 and content_sha256 = $3 and status = 'open' and invoice_id is null`,
    [ctx.tenant.id, customerId, sha256, isoOrNull(at)],
  );
}
