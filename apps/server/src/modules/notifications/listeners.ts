import type { CommandCtx } from '../../platform/context.ts';
import type { Listener, StoredEvent } from '../../platform/outbox.ts';
import { queueMail } from './api.ts';
import { CERTIFICATE_WRITERS } from './certificate-mails.ts';
import { accessChanged, dunningMail } from './dunning-mails.ts';
import { kindFact, kindOf, type MailFacts, type Recipient, type Writer } from './writer.ts';

export type { MailFacts } from './writer.ts';

/** What is told in the language of its reader: money, documents, the papers behind their taxes, and use of limits. */
const IN_THEIR_LANGUAGE = new Set([
  'invoice.issued',
  'invoice.paid',
  'credit_note.issued',
  'payment.succeeded',
  'payment.failed',
  'payment.refunded',
  'refund.returned',
  'dunning.step_taken',
  'payment_request.created',
  'usage.threshold_reached',
  ...Object.keys(CERTIFICATE_WRITERS),
]);

async function recipientOf(
  facts: MailFacts,
  ctx: CommandCtx,
  event: StoredEvent,
): Promise<Recipient | undefined> {
  if (!event.customerId) return undefined;
  const customer = await facts.customer(ctx, event.customerId);
  if (!customer?.email) return undefined;
  const { email, timeZone } = customer;
  // What has no words of other languages is English whole, its figures too.
  const locale = IN_THEIR_LANGUAGE.has(event.type) ? customer.locale : 'en';
  const { mailSpeech } = await import('./words/mail-words.ts');
  return { email, timeZone, locale, speech: mailSpeech(locale), customerId: event.customerId };
}

const text = (event: StoredEvent, name: string): string | null => {
  const value = event.payload[name];
  return typeof value === 'string' ? value : null;
};

const instant = (event: StoredEvent, name: string): number | null => {
  const value = event.payload[name];
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Date.parse(value) : null;
};

const invoiceIssued: Writer = async (facts, ctx, event, to) => {
  const invoice = await facts.invoice(ctx, event.objectId);
  if (invoice?.raises) return debitNote(invoice, invoice.raises, to);
  // Nothing to pay, or we collect it ourselves: the receipt is the mail that matters.
  if (!invoice || invoice.dueMinor === 0n || invoice.collectedByUs) return null;
  return {
    template: 'billing.invoice',
    subjectId: invoice.id,
    facts: {
      invoice_id: invoice.id,
      number: invoice.number,
      amount: to.speech.money(invoice.dueMinor, invoice.currency),
      due_on: to.speech.day(invoice.dueAt, to.timeZone),
    },
  };
};

type Invoice = NonNullable<Awaited<ReturnType<MailFacts['invoice']>>>;

/** Nobody expects more to pay for what was invoiced, so it is told however it is paid. */
function debitNote(
  { id, number, currency, totalMinor, dueMinor, dueAt, collectedByUs }: Invoice,
  raises: NonNullable<Invoice['raises']>,
  { speech, timeZone }: Recipient,
): ReturnType<Writer> {
  const { say, money, day } = speech;
  const unpaid = collectedByUs ? say('collected_itself') : say('pay_by', { date: day(dueAt, timeZone) });
  return Promise.resolve({
    template: 'billing.debit_note',
    subjectId: id,
    facts: {
      invoice_id: id,
      number,
      invoice_number: raises.number,
      amount: money(totalMinor, currency),
      outcome: dueMinor === 0n ? say('credit_paid_it') : unpaid,
      reason: raises.reason,
    },
  });
}

const invoicePaid: Writer = async (facts, ctx, event, to) => {
  const invoice = await facts.invoice(ctx, event.objectId);
  if (!invoice || invoice.totalMinor === 0n) return null;
  const { id, number, currency, totalMinor, paidMinor } = invoice;
  const paidOn = to.speech.day(event.occurredAt, to.timeZone);
  const about = { invoice_id: id, number, paid_on: paidOn, ...kindFact(invoice) };
  // No money came for a credit, nor for what credit paid, so nobody is thanked for a payment.
  if (totalMinor < 0n) {
    const facts = { ...about, amount: to.speech.money(-totalMinor, currency) };
    return { template: 'billing.credit', subjectId: id, facts };
  }
  if (paidMinor === 0n) {
    const facts = { ...about, amount: to.speech.money(totalMinor, currency) };
    return { template: 'billing.paid_by_credit', subjectId: id, facts };
  }
  return {
    template: 'billing.receipt',
    subjectId: id,
    facts: { ...about, amount: to.speech.money(paidMinor, currency) },
  };
};

/** Where a payment does not just pay its invoice whole, of which the invoice's own receipt tells. */
const paymentReceived: Writer = async (facts, ctx, event, to) => {
  const captured = text(event, 'captured_minor');
  const currency = text(event, 'currency');
  if (captured === null || currency === null) return null;
  const invoiceId = text(event, 'invoice_id');
  const invoice = invoiceId === null ? undefined : await facts.invoice(ctx, invoiceId);
  const creditedMinor = BigInt(text(event, 'credited_minor') ?? '0');
  const leftMinor = invoice?.dueMinor ?? 0n;
  if (creditedMinor === 0n && leftMinor === 0n && invoice !== undefined) return null;
  const { say, money } = to.speech;
  const outcome = [
    ...(invoice === undefined
      ? []
      : [say('for_invoice', { number: invoice.number, document: say(kindOf(invoice)) })]),
    ...(leftMinor > 0n ? [say('still_to_pay', { amount: money(leftMinor, currency) })] : []),
    ...(creditedMinor > 0n ? [say('overpaid', { amount: money(creditedMinor, currency) })] : []),
  ];
  return {
    template: 'billing.payment_received',
    subjectId: event.objectId,
    facts: {
      payment_id: event.objectId,
      amount: to.speech.money(BigInt(captured), currency),
      paid_on: to.speech.day(event.occurredAt, to.timeZone),
      outcome: outcome.join(' '),
    },
  };
};

const paymentFailed: Writer = async (facts, ctx, event, to) => {
  const invoiceId = text(event, 'invoice_id');
  const invoice = invoiceId ? await facts.invoice(ctx, invoiceId) : undefined;
  if (event.payload.quiet === true || !invoice || (await facts.sellsCredits(ctx, invoice.id))) return null;
  const retryAt = instant(event, 'retry_at');
  return {
    template: 'billing.payment_failed',
    subjectId: event.objectId,
    facts: {
      ...kindFact(invoice),
      number: invoice.number,
      amount: to.speech.money(invoice.dueMinor, invoice.currency),
      reason: to.speech.decline(text(event, 'failure_code'), await facts.methodKind(ctx, event.objectId)),
      next_step:
        retryAt === null
          ? to.speech.say('no_retry')
          : to.speech.say('retry_on', { date: to.speech.day(retryAt, to.timeZone) }),
    },
  };
};

/** Where a person sends the money from, and not a provider to a card. */
const BY_TRANSFER = new Set(['bank_transfer', 'manual']);

const refundMail =
  (template: string): Writer =>
  async (_facts, _ctx, event, to) => {
    const amount = text(event, 'amount_minor');
    const currency = text(event, 'currency');
    if (amount === null || currency === null) return null;
    const facts = { amount: to.speech.money(BigInt(amount), currency) };
    return { template, subjectId: event.objectId, facts };
  };

const paymentAsked: Writer = async (_facts, _ctx, event, to) => {
  const [amount, currency] = [text(event, 'amount_minor'), text(event, 'currency')];
  if (amount === null || currency === null || event.payload.send_mail !== true) return null;
  return {
    template: 'billing.payment_asked',
    subjectId: event.objectId,
    facts: {
      request_id: event.objectId,
      amount: to.speech.money(BigInt(amount), currency),
      description: text(event, 'description') ?? '',
      what_for: to.speech.say(text(event, 'kind') === 'deposit' ? 'held_for_you' : 'lowers_invoices'),
    },
  };
};

const methodExpiring: Writer = async (_facts, _ctx, event, to) => {
  const endsAt = instant(event, 'ends_at');
  if (endsAt === null) return null;
  const brand = text(event, 'brand') ?? 'card';
  return {
    template: 'billing.method_expiring',
    // Told twice, so the day is part of what it is about.
    subjectId: `${event.objectId}:${new Date(event.occurredAt).toISOString().slice(0, 10)}`,
    facts: {
      method: `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ending in ${text(event, 'last4') ?? ''}`,
      ends_on: to.speech.day(endsAt - 1, to.timeZone),
      role:
        event.payload.is_default === true
          ? 'It is the one we charge.'
          : 'It is tried when the one we charge fails.',
    },
  };
};

const trialEnding: Writer = async (facts, ctx, event, to) => {
  const endsAt = instant(event, 'trial_end_at');
  if (endsAt === null) return null;
  return {
    template: 'subscription.trial_ending',
    subjectId: `${event.objectId}:${endsAt}`,
    facts: { plan: await facts.planNames(ctx, event.objectId), ends_on: to.speech.day(endsAt, to.timeZone) },
  };
};

const canceled: Writer = async (facts, ctx, event, to) => ({
  template: 'subscription.canceled',
  subjectId: event.objectId,
  facts: {
    plan: await facts.planNames(ctx, event.objectId),
    ended_on: to.speech.day(event.occurredAt, to.timeZone),
  },
});

const thresholdReached: Writer = async (facts, ctx, event, { speech }) => {
  const featureId = text(event, 'feature_id');
  if (featureId === null) return null;
  const plan = await planOfLimit(facts, ctx, event);
  return {
    template: 'usage.threshold_reached',
    subjectId: event.objectId,
    facts: {
      feature: withSubject(await facts.featureName(ctx, featureId), text(event, 'subject')),
      percent: String(event.payload.percent ?? ''),
      used: speech.figure(text(event, 'used') ?? ''),
      limit: speech.figure(text(event, 'limit') ?? ''),
      of_plan: plan === null ? '' : ` (${plan})`,
      ...(plan === null ? {} : { plan }),
    },
  };
};

/** Whose limit it is, where several plans count the same; null where there is no doubt. */
async function planOfLimit(
  facts: MailFacts,
  ctx: CommandCtx,
  { payload }: StoredEvent,
): Promise<string | null> {
  const ids: unknown = payload.subscription_ids;
  if (!Array.isArray(ids) || ids.length === 0) return null;
  const names = new Set<string>();
  for (const id of ids) names.add(await facts.planNames(ctx, String(id)));
  return [...names].join(', ');
}

/** Whose usage it is, where each member or device counts. */
function withSubject(feature: string, subject: string | null): string {
  return subject === null ? feature : `${feature} (${subject})`;
}

const creditsLow: Writer = async (_facts, _ctx, event, { speech }) => ({
  template: 'credits.low',
  subjectId: event.objectId,
  facts: {
    name: text(event, 'name') ?? '',
    left: `${speech.figure(text(event, 'balance') ?? '')} ${text(event, 'unit') ?? ''}`.trim(),
  },
});

const creditsNotBought: Writer = async (_facts, _ctx, event) => ({
  template: 'credits.not_bought',
  subjectId: event.objectId,
  facts: {
    pack: text(event, 'pack_name') ?? '',
    next_step: creditsNextStep(event),
  },
});

function creditsNextStep({ type, payload }: StoredEvent): string {
  if (type !== 'credits.reload_failed') return 'You can buy them again at any time.';
  return payload.suspended === true
    ? 'The automatic reload is stopped until you save its settings again.'
    : 'We try again in a day. You can also buy them yourself.';
}

const creditNoteIssued: Writer = async (facts, ctx, event, to) => {
  const note = await facts.creditNote(ctx, event.objectId);
  if (!note) return null;
  const words = (amountMinor: bigint) => to.speech.money(amountMinor, note.currency);
  const { say } = to.speech;
  const balanceMinor = note.grantedMinor - note.refundedMinor;
  const outcome = [
    ...(note.reducedMinor > 0n
      ? [say('less_to_pay', { amount: words(note.reducedMinor), document: say(note.invoiceKind) })]
      : []),
    ...(note.refundedMinor > 0n ? [say('goes_back', { amount: words(note.refundedMinor) })] : []),
    ...(balanceMinor > 0n ? [say('pays_others', { amount: words(balanceMinor) })] : []),
  ];
  return {
    template: 'billing.credit_note',
    subjectId: event.objectId,
    facts: {
      credit_note_id: event.objectId,
      number: note.number,
      ...(note.invoiceKind === 'invoice' ? {} : { document_kind: note.invoiceKind }),
      invoice_number: note.invoiceNumber,
      amount: words(note.totalMinor),
      outcome: outcome.join(' '),
      reason: note.reason,
    },
  };
};

const WRITERS: Record<string, Writer> = {
  'invoice.issued': invoiceIssued,
  'invoice.paid': invoicePaid,
  'credit_note.issued': creditNoteIssued,
  'payment.succeeded': paymentReceived,
  'payment.failed': paymentFailed,
  'payment.refunded': (facts, ctx, event, to) =>
    refundMail(
      BY_TRANSFER.has(text(event, 'provider') ?? '') ? 'billing.refund_transferred' : 'billing.refund',
    )(facts, ctx, event, to),
  'refund.returned': refundMail('billing.refund_returned'),
  'payment_request.created': paymentAsked,
  'payment_method.expiring': methodExpiring,
  ...CERTIFICATE_WRITERS,
  'dunning.step_taken': dunningMail,
  'access.changed': accessChanged,
  'subscription.trial_ending': trialEnding,
  'subscription.canceled': canceled,
  'usage.threshold_reached': thresholdReached,
  'credits.low': creditsLow,
  'credits.reload_failed': creditsNotBought,
  'credits.purchase_failed': creditsNotBought,
};

/** Queues the mails that events call for, to the customer's address; nothing where there is none. */
export function mailListener(mailFacts: MailFacts): Listener {
  return {
    name: 'notifications.mail',
    types: Object.keys(WRITERS),
    async handle(ctx, event) {
      // What was taken in from elsewhere happened long ago, and the customer knows.
      if (event.payload.imported === true) return;
      const to = await recipientOf(mailFacts, ctx, event);
      const mail = to ? await WRITERS[event.type]?.(mailFacts, ctx, event, to) : null;
      if (!to || !mail) return;
      const facts = to.locale === 'en' ? mail.facts : { ...mail.facts, locale: to.locale };
      await queueMail(ctx, { ...mail, facts, recipient: to.email, customerId: to.customerId });
    },
  };
}
