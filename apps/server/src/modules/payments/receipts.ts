import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { dateAt, dateFields, formatDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { Actor, CommandCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { getCustomer, lockCustomer } from '../customers/api.ts';
import {
  buyerOf,
  findInvoice,
  type InvoiceDocument,
  type InvoiceRenderer,
  loadSpeech,
  partyOnDocument,
  type Speech,
  sellerOf,
  takeNumbers,
} from '../invoicing/api.ts';
import { findAttempt } from './attempts.ts';

type Request = { tenantId: number; actor: Actor; requestId: string | null };

/** Everything that a receipt says, frozen when it is issued. Its logo is the seller's of today. */
type FrozenReceipt = Omit<InvoiceDocument, 'logo'>;

/**
 * The receipt of a payment as PDF: numbered at the first asking, in a series of its own without gaps, and the same ever
 * after. Refuses with `payment.not_found` and `payment.no_receipt`.
 */
export function createReceiptPdf(deps: {
  transactor: Transactor;
  render: InvoiceRenderer;
}): (request: Request, paymentId: string) => Promise<{ name: string; bytes: Uint8Array }> {
  return async (request, paymentId) => {
    const known = await deps.transactor.query(request, (ctx) => findReceipt(ctx, paymentId));
    const document = known ?? (await deps.transactor.command(request, (ctx) => issueReceipt(ctx, paymentId)));
    return { name: `${document.number}.pdf`, bytes: await deps.render({ ...document, logo: null }) };
  };
}

async function findReceipt(ctx: QueryCtx, paymentId: string): Promise<FrozenReceipt | null> {
  const row = await ctx.sql.row<{ document: FrozenReceipt }>(
    'select document from receipts where tenant_id = $1 and payment_id = $2',
    [ctx.tenant.id, paymentId],
  );
  return row?.document ?? null;
}

async function issueReceipt(ctx: CommandCtx, paymentId: string): Promise<FrozenReceipt> {
  const seen = await findAttempt(ctx, paymentId);
  if (seen === undefined || seen.purpose === 'refund')
    return refuse('payment.not_found', 'There is no such payment.');
  await lockCustomer(ctx, seen.customerId);
  const known = await findReceipt(ctx, paymentId);
  if (known !== null) return known;
  const payment = await paymentFacts(ctx, paymentId);
  if (payment === undefined) return refuse('payment.no_receipt', 'Nothing was paid, so there is no receipt.');
  const zone = zoneNamed(ctx.tenant.timeZone);
  const { year } = dateFields(dateAt(ctx.now, zone));
  const prefix = ctx.tenant.settings.invoiceSeries;
  const { first } = await takeNumbers(ctx, `RC:${prefix}`, year, 1, ctx.now);
  const number = `${prefix}-RC-${year}-${`${first}`.padStart(6, '0')}`;
  const document = await documentOf(ctx, payment, number);
  await ctx.sql.run(
    `insert into receipts (tenant_id, payment_id, customer_id, number, document, issued_at)
     values ($1, $2, $3, $4, $5::jsonb, $6)`,
    [ctx.tenant.id, paymentId, payment.customerId, number, JSON.stringify(document), iso(ctx.now)],
  );
  ctx.audit({
    action: 'receipt.issue',
    objectKind: 'payment',
    objectId: encodeTypeId('pay', paymentId),
    details: { number },
  });
  return document;
}

type PaymentFacts = {
  customerId: string;
  invoiceId: string | null;
  currency: string;
  amountMinor: bigint;
  paidAt: number;
  brand: string | null;
  last4: string | null;
  label: string | null;
  provider: string;
};

function paymentFacts(ctx: QueryCtx, paymentId: string): Promise<PaymentFacts | undefined> {
  return ctx.sql.row<PaymentFacts>(
    `select p.customer_id as "customerId", p.invoice_id as "invoiceId", p.currency, p.amount_minor as "amountMinor",
       p.succeeded_at as "paidAt", m.brand, m.last4, m.label, p.provider
     from payments p join payment_attempts a on a.tenant_id = p.tenant_id and a.id = p.attempt_id
     left join payment_methods m on m.tenant_id = a.tenant_id and m.id = a.payment_method_id
     where p.tenant_id = $1 and p.id = $2`,
    [ctx.tenant.id, paymentId],
  );
}

async function documentOf(ctx: QueryCtx, payment: PaymentFacts, number: string): Promise<FrozenReceipt> {
  const { speechOf } = await loadSpeech();
  const zone = zoneNamed(ctx.tenant.timeZone);
  const day = (at: number) => formatDate(dateAt(at as typeof ctx.now, zone));
  const invoice = payment.invoiceId === null ? undefined : await findInvoice(ctx, payment.invoiceId);
  const customer = await getCustomer(ctx, payment.customerId);
  const amount = `${payment.amountMinor}`;
  const speech = speechOf(customer.locale);
  const sentence = invoice?.raisesInvoiceId === null ? 'payment_of' : 'payment_of_debit_note';
  const description =
    invoice === undefined ? speech.words.on_account : speech.say(sentence, { number: invoice.number });
  return {
    credits: null,
    locale: customer.locale,
    receipt: { invoiceNumber: invoice?.number ?? null, paidOn: day(payment.paidAt) },
    transfer: null,
    number,
    currency: payment.currency,
    issuedOn: day(ctx.now),
    dueOn: day(payment.paidAt),
    seller: partyOnDocument(sellerOf(ctx.tenant, customer.locale)),
    buyer: partyOnDocument(buyerOf(customer)),
    lines: [
      {
        description,
        period: null,
        quantity: '',
        unit: '',
        amountMinor: amount,
        taxPercent: null,
        explanation: [
          speech.say('paid_by', {
            method: methodWords(payment, speech),
            date: speech.date(day(payment.paidAt)),
          }),
        ],
      },
    ],
    subtotalMinor: amount,
    taxes: [],
    totalMinor: amount,
    creditAppliedMinor: '0',
    dueMinor: '0',
    settled: null,
    brandColour: ctx.tenant.settings.brandColour,
  };
}

function methodWords({ brand, last4, label, provider }: PaymentFacts, { say }: Speech): string {
  const name = brand ?? label ?? provider.replaceAll('_', ' ');
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  return last4 === null ? capital : say('card_ending', { brand: capital, last4 });
}
