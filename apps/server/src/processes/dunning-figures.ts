import type { OperatorInput } from '@billhook/contract/routes';
import { type BackTestCase, backTest, type PastFailure, triesAhead } from '@billhook/core/dunning/back-test';
import type { DunningFacts } from '@billhook/core/dunning/outlook';
import { dunningOutlook } from '@billhook/core/dunning/outlook';
import { campaignFaults } from '@billhook/core/dunning/validate-campaign';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import {
  addMs,
  type Instant,
  later,
  MIN_INSTANT,
  MS_PER_DAY,
  parseInstant,
} from '@billhook/core/time/instant';
import { customerRowId, getCustomer } from '../modules/customers/api.ts';
import { coreCampaign, funnelOf, methodFacts, presentAhead, presentLeftOut } from '../modules/dunning/api.ts';
import type { QueryCtx } from '../platform/context.ts';
import { iso } from '../platform/sql.ts';

const YEAR_DAYS = 365;
const MOST_FAILURES = 5_000;
const MOST_CASES = 20;

/** What a campaign would do about a failure if no try succeeds. */
export async function previewAnswer(ctx: QueryCtx, body: OperatorInput<'previewDunningCampaign'>['body']) {
  const customer = body.customer === undefined ? null : await getCustomer(ctx, customerRowId(body.customer));
  const campaign = coreCampaign(body.kind, body.definition);
  const faults = [...campaignFaults(campaign)];
  const timeZone = customer?.timeZone ?? ctx.tenant.timeZone;
  const anchorAt = readTime(body.from) ?? ctx.now;
  const isTerms = body.kind === 'terms';
  const methods =
    customer === null
      ? { tries: [anchorAt], methodKind: 'card', isBlocked: false, hasOther: false }
      : await methodFacts(ctx, customer.id);
  const facts: DunningFacts = {
    anchorAt,
    pausedMs: 0,
    kind: isTerms ? 'terms_overdue' : (body.failure_kind ?? 'soft_decline'),
    kindSince: isTerms ? addMs(anchorAt, -YEAR_DAYS * MS_PER_DAY) : anchorAt,
    lastFailureAt: isTerms ? null : anchorAt,
    settled: [],
    timeZone,
    ...methods,
  };
  // Tries are laid one after the other, as if each of them failed, so that what schemes allow shows.
  const tries = triesAhead(campaign, facts).map(({ at }) => at);
  const { ahead, leftOut } = dunningOutlook(campaign, { ...facts, tries: [...facts.tries, ...tries] });
  return {
    object: 'dunning_preview' as const,
    time_zone: timeZone,
    faults,
    ahead: presentAhead(ahead),
    left_out: presentLeftOut(leftOut),
  };
}

/** Lays a campaign over failures of the past. */
export async function backTestAnswer(ctx: QueryCtx, body: OperatorInput<'backTestDunningCampaign'>['body']) {
  const to = readTime(body.to) ?? ctx.now;
  const from = readTime(body.from) ?? later(addMs(to, -YEAR_DAYS * MS_PER_DAY), MIN_INSTANT);
  const past = await pastFailures(ctx, from, to);
  const { curve, cases } = backTest(coreCampaign('charge', body.definition), past);
  const largest = [...cases].sort((left, right) => Number(right.amountMinor - left.amountMinor));
  return {
    object: 'dunning_back_test' as const,
    assumption:
      'Each try succeeds as often as your own tries of that kind, so many days after the first failure, did. Tries are independent of each other; where you never tried, nothing is expected.',
    from: iso(from),
    to: iso(to),
    failures: cases.length,
    curve: curve.map(({ kind, fromDay, tries, successes }) => ({
      kind,
      from_day: fromDay,
      tries,
      successes,
    })),
    by_currency: sumsByCurrency(cases),
    cases: largest.slice(0, MOST_CASES).map((one) => ({
      invoice: encodeTypeId('inv', one.invoiceId),
      currency: one.currency,
      amount: `${one.amountMinor}`,
      kind: one.kind,
      tries: one.wouldTry.map(({ at }) => iso(at)),
      expected: `${one.expectedMinor}`,
      actual: `${one.actualMinor}`,
    })),
  };
}

function sumsByCurrency(cases: readonly BackTestCase[]) {
  return [...Map.groupBy(cases, ({ currency }) => currency)]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([currency, own]) => {
      const sum = (of: (one: BackTestCase) => bigint) => own.reduce((total, one) => total + of(one), 0n);
      return {
        currency,
        failures: own.length,
        at_stake: `${sum((one) => one.amountMinor)}`,
        actual: `${sum((one) => one.actualMinor)}`,
        expected: `${sum((one) => one.expectedMinor)}`,
        tries: own.reduce((total, { wouldTry }) => total + wouldTry.length, 0),
        unknown_tries: own.reduce((total, { unknownTries }) => total + unknownTries, 0),
      };
    });
}

/** Invoices whose first charge failed, with every charge that was made for them by ourselves. */
async function pastFailures(ctx: QueryCtx, from: Instant, to: Instant): Promise<PastFailure[]> {
  const rows = await ctx.sql.rows<{
    invoiceId: string;
    currency: string;
    amountMinor: bigint;
    timeZone: string;
    methodKind: string | null;
    at: Instant;
    failureCode: string | null;
  }>(
    `with failed as (
       select r.invoice_id, r.customer_id, r.currency, r.amount_minor, r.anchor_at from dunning_runs r
       where r.tenant_id = $1 and r.started_at >= $2 and r.started_at < $3 and r.failure_kind <> 'terms_overdue'
       order by r.started_at desc limit $4)
     select f.invoice_id as "invoiceId", f.currency, f.amount_minor as "amountMinor", c.time_zone as "timeZone",
       m.kind as "methodKind", a.finished_at as at, a.failure_code as "failureCode"
     from failed f
     join customers c on c.tenant_id = $1 and c.id = f.customer_id
     join payment_attempts a on a.tenant_id = $1 and a.invoice_id = f.invoice_id and a.purpose = 'invoice'
       and a.status in ('succeeded', 'failed') and a.finished_at >= f.anchor_at
     left join payment_methods m on m.tenant_id = $1 and m.id = a.payment_method_id
     order by f.invoice_id, a.finished_at, a.attempt_number`,
    [ctx.tenant.id, iso(from), iso(to), MOST_FAILURES],
  );
  return [...Map.groupBy(rows, ({ invoiceId }) => invoiceId).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined || first.failureCode === null) return [];
    const { invoiceId, currency, amountMinor, timeZone, methodKind } = first;
    const tries = own.map(({ at, failureCode }) => ({ at, failureCode }));
    return [{ invoiceId, currency, amountMinor, timeZone, methodKind, tries }];
  });
}

/** What became of invoices that were unpaid; of the last year if nothing is said. */
export async function funnelAnswer(ctx: QueryCtx, query: OperatorInput<'getDunningFunnel'>['query']) {
  const to = readTime(query.to) ?? addMs(ctx.now, 1);
  const from = readTime(query.from) ?? later(addMs(to, -YEAR_DAYS * MS_PER_DAY), MIN_INSTANT);
  const { byKind, byCampaign, byStep } = await funnelOf(ctx, { from, to });
  const sums = (row: (typeof byKind)[number] | (typeof byCampaign)[number]) => ({
    currency: row.currency,
    runs: row.runs,
    active: row.active,
    recovered: row.recovered,
    lost: row.lost,
    amount: `${row.amountMinor}`,
    recovered_amount: `${row.recoveredMinor}`,
  });
  return {
    object: 'dunning_funnel' as const,
    from: iso(from),
    to: iso(to),
    by_kind: byKind.map((row) => ({ kind: row.kind, ...sums(row) })),
    by_campaign: byCampaign.map((row) => ({
      campaign: row.campaignId === null ? null : encodeTypeId('dcam', row.campaignId),
      name: row.name,
      ...sums(row),
    })),
    by_step: byStep.map(({ step, by, currency, recovered, recoveredMinor }) => ({
      step,
      by,
      currency,
      recovered,
      recovered_amount: `${recoveredMinor}`,
    })),
  };
}

function readTime(text: string | undefined): Instant | null {
  const parsed = text === undefined ? null : parseInstant(text);
  return parsed?.ok === true ? parsed.value : null;
}
