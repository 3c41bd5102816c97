import type { Template } from './catalogue.ts';
import { documentOf, documentTitle } from './document-name.ts';

const portal = (label: string, path: string) => (frame: { portalUrl: string }) => ({
  label,
  url: `${frame.portalUrl}${path}`,
});
const invoices = portal('See your invoices', '/invoices');
const credits = portal('See your credits', '/credits');
const billing = portal('Update payment method', '/payment-methods');

export const billingTemplates: Record<string, Template> = {
  'billing.receipt': {
    needs: ['number', 'amount', 'invoice_id', 'paid_on'],
    attachesInvoice: true,
    write: (facts, frame) => ({
      subject: `Receipt for ${documentOf(facts)} ${facts.number}: ${facts.amount}`,
      heading: `Thank you. ${facts.amount} received.`,
      paragraphs: [
        `Your payment to ${frame.sellerName} has arrived. The ${documentOf(facts)} is attached as a PDF.`,
      ],
      rows: [
        [documentTitle(facts), facts.number ?? ''],
        ['Paid on', facts.paid_on ?? ''],
        ['Amount', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.payment_received': {
    needs: ['amount', 'payment_id', 'paid_on', 'outcome'],
    attachesReceipt: true,
    write: (facts, frame) => ({
      subject: `Receipt from ${frame.sellerName}: ${facts.amount}`,
      heading: `Thank you. ${facts.amount} received.`,
      paragraphs: [facts.outcome ?? '', 'The receipt is attached as a PDF.'],
      rows: [
        ['Paid on', facts.paid_on ?? ''],
        ['Amount', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.credit': {
    needs: ['number', 'amount', 'invoice_id', 'paid_on'],
    attachesInvoice: true,
    write: (facts, frame) => ({
      subject: `Credit of ${facts.amount} from ${frame.sellerName}`,
      heading: `We credited you ${facts.amount}`,
      paragraphs: [
        'The credit pays your open invoices first; what is left lowers your next ones. The document is attached as a PDF.',
      ],
      rows: [
        ['Document', facts.number ?? ''],
        ['Date', facts.paid_on ?? ''],
        ['Credit', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.credit_note': {
    needs: ['number', 'invoice_number', 'amount', 'credit_note_id', 'outcome', 'reason'],
    attachesCreditNote: true,
    write: (facts, frame) => ({
      subject: `Credit note ${facts.number} from ${frame.sellerName}: ${facts.amount}`,
      heading: `We credited you ${facts.amount}`,
      paragraphs: [
        `This takes back a part or all of ${documentOf(facts)} ${facts.invoice_number}: ${facts.reason}`,
        `${facts.outcome} The credit note is attached as a PDF.`,
      ],
      rows: [
        ['Credit note', facts.number ?? ''],
        [documentTitle(facts), facts.invoice_number ?? ''],
        ['Credited', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.debit_note': {
    needs: ['number', 'invoice_number', 'amount', 'invoice_id', 'outcome', 'reason'],
    attachesInvoice: true,
    write: (facts, frame) => ({
      subject: `Debit note ${facts.number} from ${frame.sellerName}: ${facts.amount}`,
      heading: `There is ${facts.amount} more to pay`,
      paragraphs: [
        `This raises what invoice ${facts.invoice_number} claimed: ${facts.reason}`,
        `${facts.outcome} The debit note is attached as a PDF.`,
      ],
      rows: [
        ['Debit note', facts.number ?? ''],
        ['Invoice', facts.invoice_number ?? ''],
        ['Amount', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.document': {
    needs: ['title', 'number', 'amount', 'outcome', 'document_id'],
    attachesDocument: true,
    write: (facts, frame) => ({
      subject: `${facts.title} ${facts.number} from ${frame.sellerName}`,
      heading: `For you: ${facts.title}`,
      paragraphs: [facts.outcome ?? '', 'The document is attached as a PDF.'],
      rows: [
        ['Number', facts.number ?? ''],
        ['Amount', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.paid_by_credit': {
    needs: ['number', 'amount', 'invoice_id', 'paid_on'],
    attachesInvoice: true,
    write: (facts, frame) => ({
      subject: `${documentTitle(facts)} ${facts.number} is paid from your credit`,
      heading: `Your credit paid ${facts.amount}`,
      paragraphs: [
        `Nothing was charged, and nothing is left to pay. The ${documentOf(facts)} is attached as a PDF.`,
      ],
      rows: [
        [documentTitle(facts), facts.number ?? ''],
        ['Paid on', facts.paid_on ?? ''],
        ['From credit', facts.amount ?? ''],
      ],
      action: invoices(frame),
    }),
  },
  'billing.invoice': {
    needs: ['number', 'amount', 'invoice_id', 'due_on'],
    attachesInvoice: true,
    write: (facts, frame) => ({
      subject: `Invoice ${facts.number} from ${frame.sellerName}: ${facts.amount}`,
      heading: `Your invoice over ${facts.amount}`,
      paragraphs: [`Please pay by ${facts.due_on}. The invoice is attached as a PDF.`],
      rows: [
        ['Invoice', facts.number ?? ''],
        ['Due', facts.due_on ?? ''],
        ['Amount due', facts.amount ?? ''],
      ],
      action: { label: `Pay ${facts.amount}`, url: `${frame.portalUrl}/invoices` },
    }),
  },
  'billing.payment_asked': {
    needs: ['request_id', 'amount', 'description', 'what_for'],
    linksPayment: true,
    write: (facts, frame) => ({
      subject: `${frame.sellerName} asks for ${facts.amount}: ${facts.description}`,
      heading: `Please pay ${facts.amount}`,
      paragraphs: [facts.what_for ?? '', 'You need no account to pay: the button leads to the payment page.'],
      rows: [
        ['For', facts.description ?? ''],
        ['Amount', facts.amount ?? ''],
      ],
      action: { label: `Pay ${facts.amount}`, url: facts.pay_url ?? `${frame.portalUrl}/invoices` },
    }),
  },
  'billing.payment_failed': {
    needs: ['number', 'amount', 'reason', 'next_step'],
    write: (facts, frame) => ({
      subject: `Payment of ${facts.amount} did not go through`,
      heading: 'Your payment did not go through',
      paragraphs: [
        `We could not collect ${facts.amount} for ${documentOf(facts)} ${facts.number}: ${facts.reason}`,
        facts.next_step ?? '',
      ],
      action: billing(frame),
    }),
  },
  'billing.refund': {
    needs: ['amount'],
    write: (facts, frame) => ({
      subject: `Refund of ${facts.amount}`,
      heading: `We sent ${facts.amount} back to you`,
      paragraphs: ['The money goes to the payment method you paid with. Banks take a few days to show it.'],
      action: invoices(frame),
    }),
  },
  'billing.refund_transferred': {
    needs: ['amount'],
    write: (facts, frame) => ({
      subject: `Refund of ${facts.amount}`,
      heading: `We sent ${facts.amount} back to you`,
      paragraphs: ['The money goes to your bank account. Banks take a few days to show it.'],
      action: invoices(frame),
    }),
  },
  'billing.refund_returned': {
    needs: ['amount'],
    write: (facts, frame) => ({
      subject: `Your refund of ${facts.amount} came back to us`,
      heading: `Your refund of ${facts.amount} did not reach you`,
      paragraphs: [
        'The bank of the payment method you paid with sent the money back to us. It is still yours.',
        'What of it was your credit is your credit again. For the rest we will find another way with you.',
      ],
      action: invoices(frame),
    }),
  },
  'billing.method_expiring': {
    needs: ['method', 'ends_on', 'role'],
    write: (facts, frame) => ({
      subject: `Your ${facts.method} runs out on ${facts.ends_on}`,
      heading: `Your ${facts.method} runs out`,
      paragraphs: [
        `It is good until ${facts.ends_on}. ${facts.role}`,
        'Add its successor, or another payment method, so that nothing stops.',
      ],
      action: billing(frame),
    }),
  },
  'subscription.trial_ending': {
    needs: ['plan', 'ends_on'],
    write: (facts, frame) => ({
      subject: `Your trial of ${facts.plan} ends on ${facts.ends_on}`,
      heading: `Your trial ends on ${facts.ends_on}`,
      paragraphs: [
        `After that ${facts.plan} goes on and the first invoice is made. You can change or cancel before then.`,
      ],
      action: portal('See your plan', '/plan')(frame),
    }),
  },
  'subscription.canceled': {
    needs: ['plan', 'ended_on'],
    write: (facts, frame) => ({
      subject: `Your subscription to ${facts.plan} has ended`,
      heading: `${facts.plan} ended on ${facts.ended_on}`,
      paragraphs: ['Your invoices stay available in the portal. You can come back at any time.'],
      action: portal('See plans', '/pricing')(frame),
    }),
  },
  'usage.threshold_reached': {
    needs: ['feature', 'percent', 'used', 'limit'],
    write: (facts, frame) => ({
      subject: `${facts.percent} % of your ${facts.feature} used${facts.of_plan ?? ''}`,
      heading: `You have used ${facts.percent} % of your ${facts.feature}${facts.of_plan ?? ''}`,
      paragraphs: [
        'This is a notice, nothing has stopped. Your usage and the limits of your plan are in the portal.',
      ],
      rows: [
        ['Used', facts.used ?? ''],
        ['Limit', facts.limit ?? ''],
        ...(facts.plan === undefined ? [] : ([['Plan', facts.plan]] as const)),
      ],
      action: portal('See your usage', '/usage')(frame),
    }),
  },
  'credits.low': {
    needs: ['name', 'left'],
    write: (facts, frame) => ({
      subject: `${facts.name}: ${facts.left} left`,
      heading: `${facts.left} are left`,
      paragraphs: [`Your ${facts.name} run low. You can buy more, or let them be bought automatically.`],
      action: credits(frame),
    }),
  },
  'credits.not_bought': {
    needs: ['pack', 'next_step'],
    write: (facts, frame) => ({
      subject: `${facts.pack} could not be paid for`,
      heading: 'Credits could not be bought',
      paragraphs: [
        `The payment for ${facts.pack} did not go through. Nothing was charged, and its invoice is void.`,
        facts.next_step ?? '',
      ],
      action: credits(frame),
    }),
  },
};
