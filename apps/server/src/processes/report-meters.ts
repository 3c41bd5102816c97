import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import { decideMeterReport } from '@billhook/core/mirror/meter-report';
import { addMs, type Instant, instant, MS_PER_DAY, MS_PER_HOUR } from '@billhook/core/time/instant';
import { lockCustomer } from '../modules/customers/api.ts';
import {
  caseSubject,
  type HourOfUsage,
  hoursToReport,
  insertReport,
  linkFor,
  lookedUntil,
  moveReport,
  type Report,
  reportsOf,
  setLookedUntil,
  unsentReports,
} from '../modules/mirror/api.ts';
import {
  findProviderCustomer,
  type ProviderBilling,
  ProviderFault,
  type Providers,
} from '../modules/payments/api.ts';
import { openCase } from '../modules/support/api.ts';
import type { Actor, CommandCtx, QueryCtx } from '../platform/context.ts';
import { always, type DueSource } from '../platform/due.ts';
import { decimalFromNumeric } from '../platform/numeric.ts';
import { iso } from '../platform/sql.ts';
import type { Transactor } from '../platform/transaction.ts';

const ACTOR: Actor = { kind: 'system', id: 'report-meters' };
/** Stripe takes no usage that is older. */
const REACH_MS = 35 * MS_PER_DAY - MS_PER_HOUR;
/** Under the same name Stripe counts an event once for a day; after that nobody knows what a second one would do. */
const RESEND_MS = 23 * MS_PER_HOUR;

type Deps = { transactor: Transactor; providers: Providers };

/**
 * Tells Stripe's meters what was used, hour by hour, of what Stripe bills: each hour once it has ended, and again what
 * corrections made of it. What is told is written down first, under the name that makes it count once.
 */
export function meterReportsSource(deps: Deps): DueSource {
  return {
    name: 'report-meters',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select t.id from tenants t left join stripe_meter_marks m on m.tenant_id = t.id
         where t.settings->>'reportUsageToStripe' = 'true'
           and coalesce(m.looked_until, '-infinity') <= coalesce(t.frozen_at, $1) - interval '1 hour'`,
        [iso(wallNow)],
      );
      return rows.map((row) => row.id);
    },
    async nextDueAt(ctx) {
      if (!ctx.tenant.settings.reportUsageToStripe) return null;
      const [first] = await hoursToReport(ctx, {
        from: addMs(ctx.now, -REACH_MS),
        until: addMs(ctx.now, MS_PER_HOUR),
        limit: 1,
      });
      if (first === undefined) return null;
      const endsAt = addMs(first.hour, MS_PER_HOUR);
      if (endsAt > ctx.now) return endsAt;
      const looked = await lookedUntil(ctx);
      return looked !== null && looked >= hourOf(ctx.now) ? null : ctx.now;
    },
    async run(tenantId, limit, goesOn = always) {
      const request = { tenantId, actor: ACTOR, requestId: null };
      const command = <T>(fn: (ctx: CommandCtx) => Promise<T>) => deps.transactor.command(request, fn);
      const query = <T>(fn: (ctx: QueryCtx) => Promise<T>) => deps.transactor.query(request, fn);
      const until = await query(lookUpTo);
      if (until === null) return 0;
      const { billing } = await deps.providers.of(tenantId, 'stripe');
      if (billing === undefined) return 0;
      const work: Work = { billing, command, query };
      let done = await sendUnsent(work, limit);
      // What the first pass takes back, the second one tells anew.
      for (let pass = 0; pass < 2; pass += 1) {
        const range = { from: addMs(until, -REACH_MS), until, limit };
        const hours = await query((ctx) => hoursToReport(ctx, range));
        for (const hour of hours) {
          if (!goesOn()) return done;
          await command((ctx) => writeDown(ctx, hour));
        }
        const sent = await sendUnsent(work, limit * 2);
        done += sent;
        if (sent === limit * 2) return done;
      }
      await command((ctx) => setLookedUntil(ctx, until));
      return done;
    },
  };
}

/** Up to where usage is to be looked through now; null where that was done. */
async function lookUpTo(ctx: QueryCtx): Promise<Instant | null> {
  const until = hourOf(ctx.now);
  const looked = await lookedUntil(ctx);
  const isDue = ctx.tenant.settings.reportUsageToStripe && (looked === null || looked < until);
  return isDue ? until : null;
}

type Work = {
  billing: ProviderBilling;
  command<T>(fn: (ctx: CommandCtx) => Promise<T>): Promise<T>;
  query<T>(fn: (ctx: QueryCtx) => Promise<T>): Promise<T>;
};

const hourOf = (at: Instant): Instant => instant(at - (at % MS_PER_HOUR));

async function decide(ctx: QueryCtx, hour: HourOfUsage) {
  const sent = await reportsOf(ctx, [hour]);
  return decideMeterReport({ ...hour, now: ctx.now, quantity: decimalFromNumeric(hour.quantity), sent });
}

/** Under the lock of the customer, so that usage does not move while it is decided what to tell of it. */
async function writeDown(ctx: CommandCtx, seen: HourOfUsage): Promise<void> {
  await lockCustomer(ctx, seen.customerId);
  const report = await decide(ctx, seen);
  switch (report.kind) {
    case 'nothing':
      return;
    case 'add':
      return insertReport(ctx, { ...seen, ...report, quantityText: formatDecimal12(report.quantity) });
    case 'cancel':
      for (const identifier of report.identifiers) await moveReport(ctx, identifier, 'canceling');
      return;
    case 'too_late':
      return openCase(ctx, {
        kind: 'stripe.usage_too_high',
        customerId: seen.customerId,
        subjectId: caseSubject(`${seen.customerId}/${seen.meterId}/${seen.hour}`),
        detail:
          'Usage was corrected downwards after Stripe takes nothing back any more. Credit the customer there.',
        facts: {
          meter_id: seen.meterId,
          hour: iso(seen.hour),
          excess: formatDecimal12(report.excess),
        },
      });
  }
}

async function sendUnsent(work: Work, limit: number): Promise<number> {
  const reports = await work.query((ctx) => unsentReports(ctx, limit));
  for (const report of reports) await send(work, report);
  return reports.length;
}

async function send(work: Work, report: Report): Promise<void> {
  const { identifier } = report;
  const { eventName, customer, isStale } = await work.query(async (ctx) => ({
    eventName: (await linkFor(ctx, 'meter', report.meterId))?.eventName ?? null,
    customer: await findProviderCustomer(ctx, report.customerId, 'stripe'),
    isStale: report.status === 'created' && ctx.now - report.createdAt > RESEND_MS,
  }));
  if (eventName === null || customer === null || isStale) {
    return work.command((ctx) => fail(ctx, report, 'It was not known in time whether Stripe has it.'));
  }
  try {
    if (report.status === 'canceling') {
      await work.billing.cancelUsage({ eventName, identifier }, `cancel:${identifier}`);
      return await work.command((ctx) => moveReport(ctx, identifier, 'canceled'));
    }
    await work.billing.reportUsage(
      {
        eventName,
        providerCustomerId: customer,
        identifier,
        value: formatDecimal12(report.quantity),
        at: report.hour,
      },
      `report:${identifier}`,
    );
    await work.command((ctx) => moveReport(ctx, identifier, 'sent'));
  } catch (error) {
    // Whatever has no answer is sent again under the same name, which counts once.
    if (!(error instanceof ProviderFault) || error.kind !== 'refused') throw error;
    if (report.status === 'created' && /already exists/i.test(error.message))
      return work.command((ctx) => moveReport(ctx, identifier, 'sent'));
    await work.command((ctx) => fail(ctx, report, error.message));
  }
}

/** A report that Stripe does not take, or may have: somebody looks, and nothing is told twice. */
async function fail(ctx: CommandCtx, report: Report, reason: string): Promise<void> {
  const isCancel = report.status === 'canceling';
  await moveReport(ctx, report.identifier, isCancel ? 'sent' : 'failed', reason.slice(0, 500));
  await openCase(ctx, {
    kind: 'stripe.usage_not_reported',
    customerId: report.customerId,
    subjectId: caseSubject(report.identifier),
    detail: isCancel
      ? 'Stripe did not take usage back.'
      : 'Stripe did not take usage, or its answer was lost.',
    facts: { identifier: report.identifier, hour: iso(report.hour), reason },
  });
}
