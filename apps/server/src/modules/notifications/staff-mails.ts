import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx } from '../../platform/context.ts';
import type { Listener, StoredEvent } from '../../platform/outbox.ts';
import { queueMail } from './api.ts';
import { nameOf } from './certificate-mails.ts';
import type { MailSpeech } from './words/mail-words.ts';

/** Who of the seller's people may act on what; composition connects it to the face of identity. */
export type StaffFacts = {
  /** People of the tenant's organization with one of these roles. */
  staff(ctx: CommandCtx, duty: Duty): Promise<readonly { id: string; email: string }[]>;
  /** What a customer is called; null for one that was erased. */
  customerName(ctx: CommandCtx, customerId: string): Promise<string | null>;
  /** Who stands behind a request for a second person; null for one that nobody knows. */
  askedBy(ctx: CommandCtx, approvalId: string): Promise<string | null>;
};

/** `money`: may answer disputes, approve and settle cases. `settings`: may replace secrets. */
export type Duty = 'money' | 'settings';

type Notice = {
  duty: Duty;
  /** With the fact's id it names what the mail is about, so that each person is told of it once. */
  subjectId: string;
  subject: string;
  text: string;
  label: string;
  path: string;
};

const textOf = ({ payload }: StoredEvent, name: string): string =>
  typeof payload[name] === 'string' ? payload[name] : '';

const disputes = { duty: 'money', label: 'See the dispute', path: '/payments?tab=disputes' } as const;
const secrets = { duty: 'settings', label: 'See what is due', path: '/health' } as const;

const certificates = (event: StoredEvent) => ({
  duty: 'money' as const,
  label: 'See the customer',
  path: `/customers/${encodeTypeId('cus', event.customerId ?? event.objectId)}`,
});

const NOTICES: Readonly<
  Record<string, (event: StoredEvent, speech: MailSpeech) => Omit<Notice, 'subjectId'> | null>
> = {
  'dispute.opened': () => ({
    ...disputes,
    subject: 'A payment is disputed',
    text: 'The bank of a customer asked a payment back. Answer before the deadline with what shows that it was right, or the money is lost.',
  }),
  'dispute.deadline_near': () => ({
    ...disputes,
    subject: 'A dispute must be answered soon',
    text: 'Nobody has answered this dispute, and its deadline is near. Without an answer it is lost.',
  }),
  'refund.returned': (event) => ({
    duty: 'money',
    subject: 'A refund came back',
    text: 'The customer has not got the money: their bank sent it back. It is owed again. Send it another way, or agree with them on credit.',
    label: 'See the customer',
    path: `/customers/${encodeTypeId('cus', event.customerId ?? event.objectId)}`,
  }),
  'approval.requested': (event) => ({
    duty: 'money',
    subject: 'A refund waits for a second person',
    text: `Somebody asked for a refund that two people decide. The reason given: ${textOf(event, 'reason')}`,
    label: 'Approve or decline',
    path: '/payments?tab=approvals',
  }),
  'secret.due_soon': (event) => ({
    ...secrets,
    subject: 'A secret is to be replaced soon',
    text: textOf(event, 'detail'),
  }),
  'secret.overdue': (event) => ({
    ...secrets,
    subject: 'A secret should have been replaced',
    text: textOf(event, 'detail'),
  }),
  'tax_certificate.submitted': (event, speech) =>
    event.payload.by_customer === true
      ? {
          ...certificates(event),
          subject: 'A certificate of exemption is to be checked',
          text: `A customer gave ${nameOf(speech, event)}. Until somebody accepts it, tax is charged.`,
        }
      : null,
  'tax_certificate.expiring': (event, speech) => ({
    ...certificates(event),
    subject: 'A certificate of exemption runs out soon',
    text: `Without a successor of ${nameOf(speech, event)}, invoices charge tax from ${textOf(event, 'ends_at').slice(0, 10)} on.`,
  }),
  'tax_certificate.expired': (event, speech) => ({
    ...certificates(event),
    subject: 'A certificate of exemption has run out',
    text: `Nothing follows ${nameOf(speech, event)}: invoices of the customer charge tax from now on.`,
  }),
  'case.aged': (event) => ({
    duty: 'money',
    subject: 'Something has been unreconciled for a day',
    text: textOf(event, 'detail'),
    label: 'See what is open',
    path: '/reconciliation',
  }),
};

/** Tells the seller's people of what waits for them: those whose role may act on it, each once. */
export function staffMailListener(facts: StaffFacts): Listener {
  return {
    name: 'notifications.staff',
    types: Object.keys(NOTICES),
    async handle(ctx, event) {
      const { mailSpeech } = await import('./words/mail-words.ts');
      const speech = mailSpeech('en');
      const notice = NOTICES[event.type]?.(event, speech);
      if (notice == null || event.payload.imported === true) return;
      const { duty, subject, text, label, path } = notice;
      const figures = figuresOf(speech, event, ctx.tenant.timeZone);
      const customerId = event.customerId ?? undefined;
      const customer = customerId && (await facts.customerName(ctx, customerId));
      const told = {
        subject,
        text,
        label,
        path: inTenant(path, ctx.tenant.slug),
        ...(customer ? { customer } : {}),
        ...figures,
      };
      // A secret is due again after it was replaced, so the day is part of what its mail is about.
      const subjectId = `${event.type}:${event.objectId}:${textOf(event, 'due_at')}${repeatOf(event)}`;
      // Who asked for a second person cannot be it.
      const askedBy = event.type === 'approval.requested' ? await facts.askedBy(ctx, event.objectId) : null;
      for (const { id, email } of await facts.staff(ctx, duty))
        if (id !== askedBy)
          await queueMail(ctx, {
            template: 'staff.notice',
            recipient: email,
            subjectId,
            facts: told,
            // It goes with the customer, whose name it holds.
            customerId,
          });
    },
  };
}

/** The place in the environment that the mail is about; without it the link opens the one that was looked at last. */
function inTenant(path: string, slug: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}tenant=${slug}`;
}

/** What is told twice is told apart by its day. */
function repeatOf({ type, occurredAt }: StoredEvent): string {
  return type === 'tax_certificate.expiring' ? new Date(occurredAt).toISOString().slice(0, 10) : '';
}

function figuresOf(
  { money, day }: MailSpeech,
  { payload }: StoredEvent,
  timeZone: string,
): { amount?: string; until?: string } {
  const { amount_minor: minor, currency, evidence_due_at: until } = payload;
  return {
    ...(typeof minor === 'string' && typeof currency === 'string'
      ? { amount: money(BigInt(minor), currency) }
      : {}),
    ...(typeof until === 'number' ? { until: day(until, timeZone) } : {}),
  };
}
