import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatAmount } from '../checkout/amount.ts';
import { type Html, html } from '../checkout/html.ts';
import { notice, page } from '../checkout/layout.ts';
import { sendPage } from '../checkout/send.ts';
import { type Context, newDraft } from '../context.ts';
import type { Account } from '../state/account.ts';
import type { InvoiceRecord } from '../state/billing-records.ts';
import { intentOf, methodOf, payInvoice } from '../stripe/billing/collect.ts';
import { amountDue, amountRemaining, totalsOf } from '../stripe/billing/totals.ts';
import { authenticationUrl } from '../stripe/objects/intent-parts.ts';
import { textPdf } from './invoice-pdf.ts';
import { dateText } from './portal-page.ts';

type InvoiceRequest = FastifyRequest<{ Params: { id: string } }>;

function find(context: Context, id: string): { account: Account; invoice: InvoiceRecord } | null {
  for (const account of context.world.accounts.values()) {
    const invoice = account.tables.invoice.get(id);
    if (invoice !== undefined) return invoice.number === null ? null : { account, invoice };
  }
  return null;
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, notice('Nothing here', 'This invoice does not exist.', null));
}

function rowsOf({ lines, currency }: InvoiceRecord): Html {
  const { discount, exclusive, total } = totalsOf(lines);
  const row = (text: string, amount: number) =>
    html`<tr><td>${text}</td><td>${amount < 0 ? '-' : ''}${formatAmount(Math.abs(amount), currency)}</td></tr>`;
  return html`<table>${lines.map((line) => row(line.description ?? 'Item', line.amount))}${
    discount === 0 ? null : row('Discount', -discount)
  }${exclusive === 0 ? null : row('Tax', exclusive)}${row('Total', total)}</table>`;
}

function sendInvoice(
  reply: FastifyReply,
  status: number,
  account: Account,
  invoice: InvoiceRecord,
  problem: string | null,
): FastifyReply {
  const { currency, id } = invoice;
  const left = amountRemaining(invoice);
  const form =
    invoice.status === 'open' && left > 0
      ? html`<p class="muted">It is paid with the payment method that you left.</p><form method="post" action="/i/${id}/pay"><button type="submit">Pay ${formatAmount(left, currency)}</button></form>`
      : null;
  const content = html`<section class="card"><h1>${account.settings.sellerName}</h1>
<h2>Invoice ${invoice.number}</h2><p class="muted">${dateText(invoice.created)}, ${invoice.status}</p>
<p class="total">${formatAmount(amountDue(invoice), currency)}</p>${
    problem === null ? null : html`<p class="alert" role="alert">${problem}</p>`
  }${rowsOf(invoice)}${form}</section>`;
  return sendPage(reply, status, page(`Invoice ${invoice.number}`, content, true));
}

/** Shows an invoice. */
export async function show(
  context: Context,
  request: InvoiceRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = find(context, request.params.id);
  await context.world.journal.settled();
  return found === null ? sendNothing(reply) : sendInvoice(reply, 200, found.account, found.invoice, null);
}

/** Sends an invoice as PDF. */
export async function sendPdf(
  context: Context,
  request: InvoiceRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = find(context, request.params.id);
  await context.world.journal.settled();
  if (found === null) return sendNothing(reply);
  const { account, invoice } = found;
  const money = (amount: number) =>
    `${amount < 0 ? '-' : ''}${formatAmount(Math.abs(amount), invoice.currency)}`;
  const { discount, exclusive, total } = totalsOf(invoice.lines);
  const lines = [
    account.settings.sellerName,
    `Invoice ${invoice.number}`,
    `${dateText(invoice.created)}, ${invoice.customerName ?? invoice.customerEmail ?? invoice.customer}`,
    '',
    ...invoice.lines.map((line) => `${line.description ?? 'Item'}: ${money(line.amount)}`),
    ...(discount === 0 ? [] : [`Discount: ${money(-discount)}`]),
    ...(exclusive === 0 ? [] : [`Tax: ${money(exclusive)}`]),
    `Total: ${money(total)}`,
    `Due: ${money(amountDue(invoice))}`,
    '',
    'Made by a sandbox. No real money is asked for.',
  ];
  return reply.type('application/pdf').header('cache-control', 'no-store').send(textPdf(lines));
}

/** Takes what is open of an invoice with what the customer left. */
export async function pay(
  context: Context,
  request: InvoiceRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = find(context, request.params.id);
  if (found === null) return sendNothing(reply);
  const { account, invoice } = found;
  if (invoice.status !== 'open') return reply.redirect(`/i/${invoice.id}`, 303);
  const draft = newDraft(context, account);
  const method = methodOf(draft, invoice);
  if (method === undefined) {
    return sendInvoice(reply, 409, account, invoice, 'There is no payment method yet. Add one first.');
  }
  const waiting = intentOf(draft, invoice);
  if (waiting !== undefined) {
    draft.put('payment_intent', { ...waiting, returnUrl: `${draft.baseUrl}/i/${invoice.id}` });
  }
  const after = payInvoice(draft, invoice, method, false);
  const intent = intentOf(draft, after);
  draft.commit();
  await context.world.journal.settled();
  setImmediate(() => context.deliveries.wake(account));
  if (intent?.status === 'requires_action') {
    return reply.redirect(authenticationUrl(context.baseUrl(), intent.id, intent.clientSecret), 303);
  }
  const problem = after.status === 'open' ? (intent?.lastFault?.message ?? null) : null;
  if (problem !== null) return sendInvoice(reply, 402, account, after, problem);
  return reply.redirect(`/i/${invoice.id}`, 303);
}
