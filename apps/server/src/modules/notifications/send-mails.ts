import type { Actor, TenantContext } from '../../platform/context.ts';
import type { DueSource } from '../../platform/due.ts';
import type { Log } from '../../platform/log.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { openCase } from '../support/api.ts';
import { type MailTransport, NoMailServer, type OutgoingMail } from './api.ts';
import type { QueuedMail } from './repo.ts';
import * as repo from './repo.ts';
import { type Template, templateFor } from './templates/catalogue.ts';
import { mailHtml, mailText } from './templates/layout.ts';

export type SendMailsDeps = {
  transactor: Transactor;
  transport: MailTransport;
  log: Log;
  /** Address of the portal of a tenant, without a slash at the end. */
  portalUrl(slug: string): string;
  /** The frozen PDF of an invoice, rendered at the first asking. */
  invoicePdf(tenantId: number, invoiceId: string): Promise<{ name: string; bytes: Uint8Array }>;
  creditNotePdf(tenantId: number, noteId: string): Promise<{ name: string; bytes: Uint8Array }>;
  receiptPdf(tenantId: number, paymentId: string): Promise<{ name: string; bytes: Uint8Array }>;
};

/** A stop waits for the mails that were claimed, and each may have a document to be rendered first. */
const MAX_CLAIM = 10;

const SENDER: Actor = { kind: 'system', id: 'send-mails' };

/**
 * Sends what is queued: claims under a lease, writes the mail, hands it over outside any transaction, then
 * records the outcome. A sender that dies in between sends again after its lease, with the same Message-ID.
 */
export function sendMailsSource(deps: SendMailsDeps): DueSource {
  return {
    name: 'mails',
    async tenantsDue(sql, wallNow) {
      const rows = await sql.rows<{ tenant_id: number }>(
        `select distinct tenant_id from mails where status = 'queued' and retry_at <= $1
           and (lease_until is null or lease_until <= $1)`,
        [new Date(wallNow).toISOString()],
      );
      return rows.map((row) => row.tenant_id);
    },
    // Mails leave in real time: they hold back no clock.
    nextDueAt: async () => null,
    run: (tenantId, limit) => run(deps, tenantId, limit),
  };
}

async function run(deps: SendMailsDeps, tenantId: number, limit: number): Promise<number> {
  const request = { tenantId, actor: SENDER, requestId: null };
  const claimed = await deps.transactor.command(request, async (ctx) => ({
    tenant: ctx.tenant,
    mails: await repo.claim(ctx, Math.min(limit, MAX_CLAIM)),
  }));
  for (const mail of claimed.mails) await sendOne(deps, claimed.tenant, mail);
  return claimed.mails.length;
}

async function sendOne(deps: SendMailsDeps, tenant: TenantContext, mail: QueuedMail): Promise<void> {
  const request = { tenantId: tenant.id, actor: SENDER, requestId: null };
  try {
    await deps.transport.send(await writeMail(deps, tenant, mail, audienceOf(tenant.kind, mail)));
    await deps.transactor.command(request, (ctx) => repo.markSent(ctx, [mail.id]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deps.log.warn(
      { tenantId: tenant.id, objectId: mail.id, process: 'mails', reason },
      'a mail did not leave',
    );
    await deps.transactor.command(request, async (ctx) => {
      if (!(error instanceof NoMailServer)) return repo.markFailed(ctx, mail, reason);
      await openCase(ctx, {
        kind: 'mail.no_server',
        customerId: null,
        subjectId: tenant.publicId,
        detail: `${reason} What is to be sent waits.`,
        facts: {},
      });
      return repo.markWaiting(ctx, mail, reason);
    });
  }
}

/** The mail as it will leave. Also used for mails with secret links, which are sent at once and never queued. */
export async function writeMail(
  deps: Pick<SendMailsDeps, 'portalUrl' | 'invoicePdf' | 'creditNotePdf' | 'receiptPdf'>,
  tenant: Pick<TenantContext, 'id' | 'slug' | 'name' | 'settings'>,
  mail: Pick<QueuedMail, 'id' | 'template' | 'recipient' | 'facts'>,
  audience: OutgoingMail['audience'],
): Promise<OutgoingMail> {
  const { template, facts } = templateFor(mail.template, mail.facts);
  const sellerName = tenant.settings.seller.legalName || tenant.name;
  const content = template.write(facts, frameOf(sellerName, deps.portalUrl(tenant.slug)));
  const frame = { sellerName, colour: tenant.settings.brandColour };
  const pdf = await attachmentOf(deps, tenant.id, template, facts);
  return {
    id: mail.id,
    tenantSlug: tenant.slug,
    template: mail.template,
    audience,
    senderName: sellerName,
    replyTo: tenant.settings.seller.email,
    recipient: mail.recipient,
    subject: content.subject,
    html: mailHtml(content, frame),
    text: mailText(content, frame),
    attachments: pdf ? [{ name: pdf.name, contentType: 'application/pdf', bytes: pdf.bytes }] : [],
  };
}

/** Both web apps stand at one address. */
function frameOf(sellerName: string, portalUrl: string): Parameters<Template['write']>[1] {
  return { sellerName, portalUrl, adminUrl: new URL('/admin', portalUrl).href };
}

/** What concerns staff leaves by the seller's server, but that of a sandbox never leaves this machine. */
function audienceOf(kind: TenantContext['kind'], { template, facts }: QueuedMail): OutgoingMail['audience'] {
  return kind === 'live' && templateFor(template, facts).template.isForStaff === true ? 'staff' : kind;
}

async function attachmentOf(
  deps: Pick<SendMailsDeps, 'invoicePdf' | 'creditNotePdf' | 'receiptPdf'>,
  tenantId: number,
  template: Template,
  facts: Readonly<Record<string, string>>,
): Promise<{ name: string; bytes: Uint8Array } | null> {
  if (template.attachesReceipt) return deps.receiptPdf(tenantId, facts.payment_id ?? '');
  if (template.attachesInvoice) return deps.invoicePdf(tenantId, facts.invoice_id ?? '');
  return template.attachesCreditNote ? deps.creditNotePdf(tenantId, facts.credit_note_id ?? '') : null;
}
