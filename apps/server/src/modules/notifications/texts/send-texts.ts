import { furtherDelivery, textFault } from '@billhook/core/texts/delivery';
import { textParts } from '@billhook/core/texts/text-length';
import { decideText } from '@billhook/core/texts/text-rules';
import { addMs, instant, MS_PER_HOUR, MS_PER_MINUTE } from '@billhook/core/time/instant';
import { zoneNamed } from '@billhook/core/time/zone';
import type { Actor, CommandCtx, TenantContext } from '../../../platform/context.ts';
import { always, type DueSource } from '../../../platform/due.ts';
import type { Log } from '../../../platform/log.ts';
import { iso } from '../../../platform/sql.ts';
import type { Transactor } from '../../../platform/transaction.ts';
import { getCustomer, phoneOf, tellOfPhone } from '../../customers/api.ts';
import { openCase } from '../../support/api.ts';
import { mailSpeech } from '../words/mail-words.ts';
import { kindOf, type MailFacts } from '../writer.ts';
import { type TakenText, TextFault, type TextProvider } from './port.ts';
import * as repo from './repo.ts';
import { unpaidText } from './words.ts';

export type SendTextsDeps = {
  transactor: Transactor;
  /** By whom texts of a tenant leave; null where none is set up, and then they wait. */
  providerOf(tenant: Pick<TenantContext, 'kind'>): TextProvider | null;
  facts: Pick<MailFacts, 'invoice'>;
  portalUrl(slug: string): string;
  statusUrl(tenant: Pick<TenantContext, 'publicId'>, textId: string): string;
  log: Log;
};

const ACTOR: Actor = { kind: 'system', id: 'send-texts' };
const MOST_TRIES = 3;
/** After a call that was cut off, the provider's list is asked once it must have the text. */
const LOOK_AFTER_MS = 10 * MS_PER_MINUTE;
/** Clocks differ, so the list is read from a little before. */
const CLOCKS_DIFFER_MS = 5 * MS_PER_MINUTE;

type Work =
  | { kind: 'send'; tenant: TenantContext; id: string; to: string; body: string; provider: TextProvider }
  | { kind: 'look'; tenant: TenantContext; text: repo.TextRow; provider: TextProvider }
  | { kind: 'done' }
  | { kind: 'none' };

/**
 * Sends texts that are due. What is said, and whether it may be said at all, is decided at that moment: a stop, a payment
 * or the night may have come between. The call is made between two transactions; one that was cut off is looked up and
 * never just made again, since the provider knows no keys of ours.
 */
export function sendTextsSource(deps: SendTextsDeps): DueSource {
  return {
    name: 'texts',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ id: number }>(
        `select distinct x.tenant_id as id from text_messages x join tenants t on t.id = x.tenant_id
         where x.status in ('queued', 'sending', 'unknown') and x.due_at <= coalesce(t.frozen_at, $1)
           and (x.lease_until is null or x.lease_until <= $1)`,
        [iso(wallNow)],
      );
      return rows.map(({ id }) => id);
    },
    nextDueAt: repo.nextDueAt,
    async run(tenantId, limit, goesOn = always) {
      let done = 0;
      while (done < limit && goesOn()) {
        const request = { tenantId, actor: ACTOR, requestId: null };
        const work = await deps.transactor.command(request, (ctx) => takeWork(deps, ctx));
        if (work.kind === 'none') break;
        done += 1;
        if (work.kind === 'send') await sendOne(deps, work);
        if (work.kind === 'look') await lookUp(deps, work);
      }
      return done;
    },
  };
}

/** Says once that nothing can be sent, and why. */
function openAccountCase(ctx: CommandCtx, why: string): Promise<void> {
  return openCase(ctx, {
    kind: 'text.no_provider',
    customerId: null,
    subjectId: ctx.tenant.publicId,
    detail: `Text messages of a live environment leave by Twilio, and ${why}. What is to be sent waits.`,
    facts: {},
  });
}

async function takeWork(deps: SendTextsDeps, ctx: CommandCtx): Promise<Work> {
  const text = await repo.nextDue(ctx);
  if (text === undefined) return { kind: 'none' };
  const provider = deps.providerOf(ctx.tenant);
  if (provider === null) {
    await openAccountCase(ctx, 'no keys are set');
    await repo.saveText(ctx, text.id, { status: text.status, dueAt: addMs(ctx.now, MS_PER_HOUR) });
    return { kind: 'done' };
  }
  const { tenant } = ctx;
  if (text.status !== 'queued') {
    await repo.lease(ctx, text.id);
    return { kind: 'look', tenant, text, provider };
  }
  const customer = await getCustomer(ctx, text.customerId);
  const invoice = await deps.facts.invoice(ctx, text.facts.invoice_id);
  const phone = await phoneOf(ctx, text.customerId);
  const isTrue = invoice !== undefined && invoice.dueMinor > 0n;
  const zone = zoneNamed(customer.timeZone);
  const decision = decideText({ now: ctx.now, zone, phone: phone ?? null, isTrue });
  if (decision.kind === 'drop') {
    await repo.saveText(ctx, text.id, { status: 'dropped', reason: decision.reason });
    return { kind: 'done' };
  }
  if (decision.kind === 'wait' || invoice === undefined) {
    const dueAt = decision.kind === 'wait' ? decision.until : ctx.now;
    await repo.saveText(ctx, text.id, { status: 'queued', reason: 'quiet_hours', dueAt });
    return { kind: 'done' };
  }
  const speech = mailSpeech(customer.locale);
  const body = unpaidText(customer.locale, {
    document: speech.say(kindOf(invoice)),
    seller: tenant.settings.seller.legalName || tenant.name,
    number: invoice.number,
    amount: speech.money(invoice.dueMinor, invoice.currency),
    url: `${deps.portalUrl(tenant.slug)}/invoices`,
  });
  await repo.markSending(ctx, text.id, { recipient: decision.number, body, parts: textParts(body) });
  return { kind: 'send', tenant, id: text.id, to: decision.number, body, provider };
}

async function sendOne(deps: SendTextsDeps, work: Extract<Work, { kind: 'send' }>): Promise<void> {
  const { tenant, id, to, body, provider } = work;
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  try {
    const taken = await provider.send({ to, body, statusUrl: deps.statusUrl(tenant, id) });
    await deps.transactor.command(request, (ctx) => keepTaken(ctx, id, taken));
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    deps.log.warn(
      { tenantId: tenant.id, objectId: id, process: 'texts', reason: error.message },
      'a text did not leave',
    );
    await deps.transactor.command(request, (ctx) => keepFault(ctx, id, error));
  }
}

/** The provider may have told more before its own answer was kept, which then says nothing new. */
async function keepTaken(ctx: CommandCtx, id: string, taken: TakenText): Promise<void> {
  const text = await repo.lockText(ctx, id);
  if (text === undefined) return;
  const isWaiting = text.status === 'sending' || text.status === 'unknown';
  if (!isWaiting && (text.status === 'queued' || text.status === 'dropped')) return;
  const known = isWaiting ? 'accepted' : (text.status as TakenText['delivery']);
  const delivery = furtherDelivery(known, taken.delivery);
  if (delivery === text.status) return;
  await applyDelivery(ctx, text, { ...taken, delivery });
}

async function keepFault(ctx: CommandCtx, id: string, fault: TextFault): Promise<void> {
  const text = await repo.lockText(ctx, id);
  if (text?.status !== 'sending' && text?.status !== 'unknown') return;
  if (fault.kind === 'unknown') {
    const dueAt = addMs(ctx.now, LOOK_AFTER_MS);
    return repo.saveText(ctx, id, { status: 'unknown', reason: fault.message, errorCode: fault.code, dueAt });
  }
  if (fault.kind === 'denied') {
    await openAccountCase(ctx, 'it refuses the keys');
    const dueAt = addMs(ctx.now, MS_PER_HOUR);
    return repo.saveText(ctx, id, { status: 'queued', reason: fault.message, errorCode: fault.code, dueAt });
  }
  await applyDelivery(
    ctx,
    text,
    { providerId: '', delivery: 'failed', errorCode: fault.code },
    fault.message,
  );
}

/** Keeps how far a text has come; what its code says of the number holds for later ones, and what may pass is tried again. */
export async function applyDelivery(
  ctx: CommandCtx,
  text: repo.TextRow,
  told: TakenText,
  reason: string | null = null,
): Promise<void> {
  const { delivery, errorCode } = told;
  const providerId = told.providerId === '' ? null : told.providerId;
  const isBad = delivery === 'failed' || delivery === 'undelivered';
  const fault = isBad ? textFault(errorCode) : null;
  if (fault === 'later' && text.attempts < MOST_TRIES) {
    const dueAt = addMs(ctx.now, MS_PER_HOUR * 2 ** (text.attempts - 1));
    return repo.saveText(ctx, text.id, { status: 'queued', reason, errorCode, providerId, dueAt });
  }
  await repo.saveText(ctx, text.id, { status: delivery, reason, errorCode, providerId });
  if (text.recipient === null) return;
  if (fault === 'opted_out') await tellOfPhone(ctx, text.recipient, { kind: 'stop' });
  if (fault === 'number')
    await tellOfPhone(ctx, text.recipient, { kind: 'fault', fault: `Twilio says ${errorCode}.` });
}

async function lookUp(deps: SendTextsDeps, work: Extract<Work, { kind: 'look' }>): Promise<void> {
  const { tenant, text, provider } = work;
  const request = { tenantId: tenant.id, actor: ACTOR, requestId: null };
  try {
    const since = instant(addMs(text.sentAt ?? text.changedAt, -CLOCKS_DIFFER_MS));
    // A sandbox's clock is not the provider's, so there all of the number's texts are looked at.
    const from = tenant.kind === 'live' ? since : instant(0);
    const found = await provider.find({ to: text.recipient ?? '', body: text.body ?? '', since: from });
    await deps.transactor.command(request, async (ctx) => {
      if (found !== null) return keepTaken(ctx, text.id, found);
      const seen = await repo.lockText(ctx, text.id);
      if (seen?.status === 'sending' || seen?.status === 'unknown')
        await repo.saveText(ctx, text.id, { status: 'queued', dueAt: ctx.now });
    });
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    await deps.transactor.command(request, async (ctx) => {
      // The provider may have told meanwhile what became of it.
      const seen = await repo.lockText(ctx, text.id);
      if (seen?.status !== 'sending' && seen?.status !== 'unknown') return;
      const dueAt = addMs(ctx.now, MS_PER_HOUR);
      await repo.saveText(ctx, text.id, { status: 'unknown', reason: error.message, dueAt });
    });
  }
}
