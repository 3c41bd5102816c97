import type { CommandCtx } from '../../platform/context.ts';
import type { Listener, StoredEvent } from '../../platform/outbox.ts';
import { queueMail } from './api.ts';
import { accessChanged, dunningMail } from './dunning-mails.ts';
import { amountWords, dayWords, declineWords } from './wording.ts';
import type { MailFacts, Recipient, Writer } from './writer.ts';

export type { MailFacts } from './writer.ts';

async function recipientOf(
  facts: MailFacts,
  ctx: CommandCtx,
  event: StoredEvent,
): Promise<Recipient | undefined> {
  if (!event.customerId) return undefined;
  const customer = await facts.customer(ctx, event.customerId);
  return customer?.email
    ? { email: customer.email, timeZone: customer.timeZone, customerId: event.customerId }
    : undefined;
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
  // Nothing to pay, or we collect it ourselves: the receipt is the mail that matters.
  if (!invoice || invoice.dueMinor === 0n || invoice.collectedByUs) return null;
  return {
    template: 'billing.invoice',
    subjectId: invoice.id,
    facts: {
      invoice_id: invoice.id,
      number: invoice.number,
      amount: amountWords(invoice.dueMinor, invoice.currency),
      due_on: dayWords(invoice.dueAt, to.timeZone),
    },
  };
};

const invoicePaid: Writer = async (facts, ctx, event, to) => {
  const invoice = await facts.invoice(ctx, event.objectId);
  if (!invoice || invoice.totalMinor === 0n) return null;
  const { id, number, currency, totalMinor, paidMinor } = invoice;
  const about = { invoice_id: id, number, paid_on: dayWords(event.occurredAt, to.timeZone) };
  // No money came for a credit, nor for what credit paid, so nobody is thanked for a payment.
  if (totalMinor < 0n) {
    const facts = { ...about, amount: amountWords(-totalMinor, currency) };
    return { template: 'billing.credit', subjectId: id, facts };
  }
  if (paidMinor === 0n) {
    const facts = { ...about, amount: amountWords(totalMinor, currency) };
    return { template: 'billing.paid_by_credit', subjectId: id, facts };
  }
  return {
    template: 'billing.receipt',
    subjectId: id,
    facts: { ...about, amount: amountWords(paidMinor, currency) },
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
  const outcome = [
    ...(invoice === undefined ? [] : [`It is for invoice ${invoice.number}.`]),
    ...(leftMinor > 0n ? [`${amountWords(leftMinor, currency)} of it is still to be paid.`] : []),
    ...(creditedMinor > 0n
      ? [
          `${amountWords(creditedMinor, currency)} was more than was due. It is your credit: it pays open invoices and lowers your next ones, or we send it back if you ask us.`,
        ]
      : []),
  ];
  return {
    template: 'billing.payment_received',
    subjectId: event.objectId,
    facts: {
      payment_id: event.objectId,
      amount: amountWords(BigInt(captured), currency),
      paid_on: dayWords(event.occurredAt, to.timeZone),
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
      number: invoice.number,
      amount: amountWords(invoice.dueMinor, invoice.currency),
      reason: declineWords(text(event, 'failure_code')),
      next_step:
        retryAt === null
          ? 'We will not try again by ourselves. Please pay with another card.'
          : `We try again on ${dayWords(retryAt, to.timeZone)}. You can pay earlier with another card.`,
    },
  };
};

const refunded: Writer = async (_facts, _ctx, event) => {
  const amount = text(event, 'amount_minor');
  const currency = text(event, 'currency');
  if (amount === null || currency === null) return null;
  return {
    template: 'billing.refund',
    subjectId: event.objectId,
    facts: { amount: amountWords(BigInt(amount), currency) },
  };
};

const methodExpiring: Writer = async (_facts, _ctx, event, to) => {
  const endsAt = instant(event, 'ends_at');
  if (endsAt === null) return null;
  const brand = text(event, 'brand') ?? 'card';
  return {
    template: 'billing.method_expiring',
    // Told twice, so the day is part of what it is about.
    subjectId: `${event.objectId}:${dayWords(event.occurredAt, 'UTC')}`,
    facts: {
      method: `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ending in ${text(event, 'last4') ?? ''}`,
      ends_on: dayWords(endsAt - 1, to.timeZone),
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
    facts: { plan: await facts.planNames(ctx, event.objectId), ends_on: dayWords(endsAt, to.timeZone) },
  };
};

const canceled: Writer = async (facts, ctx, event, to) => ({
  template: 'subscription.canceled',
  subjectId: event.objectId,
  facts: {
    plan: await facts.planNames(ctx, event.objectId),
    ended_on: dayWords(event.occurredAt, to.timeZone),
  },
});

const thresholdReached: Writer = async (facts, ctx, event) => {
  const featureId = text(event, 'feature_id');
  if (featureId === null) return null;
  return {
    template: 'usage.threshold_reached',
    subjectId: event.objectId,
    facts: {
      feature: withSubject(await facts.featureName(ctx, featureId), text(event, 'subject')),
      percent: String(event.payload.percent ?? ''),
      used: text(event, 'used') ?? '',
      limit: text(event, 'limit') ?? '',
    },
  };
};

/** Whose usage it is, where each member or device counts. */
function withSubject(feature: string, subject: string | null): string {
  return subject === null ? feature : `${feature} (${subject})`;
}

const creditsLow: Writer = async (_facts, _ctx, event) => ({
  template: 'credits.low',
  subjectId: event.objectId,
  facts: {
    name: text(event, 'name') ?? '',
    left: `${text(event, 'balance') ?? ''} ${text(event, 'unit') ?? ''}`.trim(),
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

const creditNoteIssued: Writer = async (facts, ctx, event) => {
  const note = await facts.creditNote(ctx, event.objectId);
  if (!note) return null;
  const words = (amountMinor: bigint) => amountWords(amountMinor, note.currency);
  const balanceMinor = note.grantedMinor - note.refundedMinor;
  const outcome = [
    ...(note.reducedMinor > 0n ? [`${words(note.reducedMinor)} less is to be paid of this invoice.`] : []),
    ...(note.refundedMinor > 0n
      ? [`${words(note.refundedMinor)} goes back to the payment method you paid with.`]
      : []),
    ...(balanceMinor > 0n
      ? [`${words(balanceMinor)} pays your other open invoices and then lowers your next ones.`]
      : []),
  ];
  return {
    template: 'billing.credit_note',
    subjectId: event.objectId,
    facts: {
      credit_note_id: event.objectId,
      number: note.number,
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
  'payment.refunded': refunded,
  'payment_method.expiring': methodExpiring,
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
export function mailListener(facts: MailFacts): Listener {
  return {
    name: 'notifications.mail',
    types: Object.keys(WRITERS),
    async handle(ctx, event) {
      // What was taken in from elsewhere happened long ago, and the customer knows.
      if (event.payload.imported === true) return;
      const to = await recipientOf(facts, ctx, event);
      const mail = to ? await WRITERS[event.type]?.(facts, ctx, event, to) : null;
      if (to && mail) await queueMail(ctx, { ...mail, recipient: to.email, customerId: to.customerId });
    },
  };
}
