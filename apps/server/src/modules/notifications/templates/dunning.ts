import type { Template } from './catalogue.ts';
import { documentOf, documentTitle } from './document-name.ts';

type Frame = Parameters<Template['write']>[1];
type Facts = Parameters<Template['write']>[0];

const pay = (facts: Facts, frame: Frame) => ({
  label: facts.amount === '' ? 'See your invoices' : `Pay ${facts.amount}`,
  url: `${frame.portalUrl}/invoices`,
});
const rows = (facts: Facts): [string, string][] => [
  [documentTitle(facts), facts.number ?? ''],
  ['Amount due', facts.amount ?? ''],
];

/** What is said about invoices that stay unpaid, and about access that goes and comes with them. */
export const dunningTemplates: Record<string, Template> = {
  'dunning.reminder': {
    needs: ['number', 'amount', 'due_on', 'next_step'],
    write: (facts, frame) => ({
      subject: `Reminder: ${documentOf(facts)} ${facts.number} over ${facts.amount}`,
      heading: `${documentTitle(facts)} ${facts.number} is open`,
      paragraphs: [`${facts.amount} are due on ${facts.due_on}. ${facts.next_step}`],
      rows: rows(facts),
      action: pay(facts, frame),
    }),
  },
  'dunning.method_needed': {
    needs: ['number', 'amount', 'next_step'],
    write: (facts, frame) => ({
      subject: `Please give us another way to collect ${facts.amount}`,
      heading: 'We cannot charge your payment method any more',
      paragraphs: [
        `Add another one, and ${documentOf(facts)} ${facts.number} is collected at once. ${facts.next_step}`,
      ],
      rows: rows(facts),
      action: { label: 'Add a payment method', url: `${frame.portalUrl}/payment-methods` },
    }),
  },
  'dunning.last_notice': {
    needs: ['number', 'amount', 'next_step'],
    write: (facts, frame) => ({
      subject: `Last notice for ${documentOf(facts)} ${facts.number}: ${facts.amount}`,
      heading: `${facts.amount} are still unpaid`,
      paragraphs: [`This is our last notice about ${documentOf(facts)} ${facts.number}. ${facts.next_step}`],
      rows: rows(facts),
      action: pay(facts, frame),
    }),
  },
  'access.limited': {
    needs: ['plan', 'number', 'amount'],
    write: (facts, frame) => ({
      subject: `Your access to ${facts.plan} is limited`,
      heading: 'Your access is limited',
      paragraphs: [
        `${documentTitle(facts)} ${facts.number} over ${facts.amount} is unpaid, so only a part of ${facts.plan} works now. All of it is back the moment your payment arrives.`,
      ],
      action: pay(facts, frame),
    }),
  },
  'access.suspended': {
    needs: ['plan', 'number', 'amount'],
    write: (facts, frame) => ({
      subject: `Your access to ${facts.plan} is suspended`,
      heading: 'Your access is suspended',
      paragraphs: [
        `${documentTitle(facts)} ${facts.number} over ${facts.amount} is unpaid. Nothing of yours is deleted, and everything is back the moment your payment arrives.`,
      ],
      action: pay(facts, frame),
    }),
  },
  'access.restored': {
    needs: ['plan'],
    write: (facts, frame) => ({
      subject: `Your access to ${facts.plan} is back`,
      heading: 'Thank you. Everything is back.',
      paragraphs: [`Nothing keeps your access to ${facts.plan} back any more.`],
      action: { label: 'Open your account', url: frame.portalUrl },
    }),
  },
};
