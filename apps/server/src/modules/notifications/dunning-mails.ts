import type { StoredEvent } from '../../platform/outbox.ts';
import { kindFact, type Writer } from './writer.ts';

const textOf = ({ payload }: StoredEvent, name: string): string | null => {
  const value = payload[name];
  return typeof value === 'string' ? value : null;
};

const TEMPLATES: Readonly<Record<string, string>> = {
  reminder: 'dunning.reminder',
  method_needed: 'dunning.method_needed',
  last_notice: 'dunning.last_notice',
};

const LOSSES = ['limit_access', 'suspend_access', 'cancel'] as const;

/** The mail of a campaign's step, with what happens next if nothing is paid. */
export const dunningMail: Writer = async (facts, ctx, event, to) => {
  const template = TEMPLATES[textOf(event, 'mail') ?? ''];
  const invoice = await facts.invoice(ctx, textOf(event, 'invoice_id') ?? '');
  if (template === undefined || invoice === undefined || invoice.dueMinor === 0n) return null;
  const { say, day, money } = to.speech;
  const loss = LOSSES.find((one) => one === textOf(event, 'next_action'));
  const lossAt = event.payload.next_at;
  return {
    template,
    subjectId: `${event.objectId}:${textOf(event, 'step') ?? ''}`,
    facts: {
      ...kindFact(invoice),
      number: invoice.number,
      amount: money(invoice.dueMinor, invoice.currency),
      due_on: day(invoice.dueAt, to.timeZone),
      next_step:
        loss === undefined || typeof lossAt !== 'number'
          ? say('pay_any_time')
          : say(loss, { date: day(lossAt, to.timeZone) }),
    },
  };
};

const ACCESS: Readonly<Record<string, string>> = {
  limited: 'access.limited',
  suspended: 'access.suspended',
  full: 'access.restored',
};

/** Says what became of access; an end is told by the mail of the subscription's end. */
export const accessChanged: Writer = async (facts, ctx, event, to) => {
  const template = ACCESS[textOf(event, 'to') ?? ''];
  if (template === undefined) return null;
  const invoiceId = textOf(event, 'invoice_id');
  const invoice = invoiceId === null ? undefined : await facts.invoice(ctx, invoiceId);
  return {
    template,
    subjectId: `${event.objectId}:${textOf(event, 'to') ?? ''}:${event.occurredAt}`,
    facts: {
      plan: await facts.planNames(ctx, event.objectId),
      ...kindFact(invoice),
      number: invoice?.number ?? '',
      amount: invoice === undefined ? '' : to.speech.money(invoice.dueMinor, invoice.currency),
    },
  };
};
