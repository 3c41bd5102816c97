import type { OperatorRoutes } from '@billhook/contract/routes';
import { creditorReference } from '@billhook/core/banking/creditor-reference';
import { epcPayload } from '@billhook/core/banking/epc-code';
import {
  addDays,
  type CalendarDate,
  dateAt,
  dateFields,
  formatDate,
} from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import { type Handlers, outside } from '../http/handlers.ts';
import { accountFor } from '../modules/banking/api.ts';
import { readSettings, requireLogo } from '../modules/identity/api.ts';
import {
  type createPreviewPdf,
  type InvoiceDocument,
  loadSpeech,
  partyOnDocument,
  type Speech,
  sellerOf,
  termsOnDocument,
} from '../modules/invoicing/api.ts';
import type { QueryCtx, TenantContext } from '../platform/context.ts';
import { pdfAnswer } from './invoice-routes.ts';

/** A plain example: a month of a plan, and usage of three days. */
const EXAMPLE = { feeMinor: 2_900n, usageMinor: 450n, days: ['1200', '900', '2400'], ratePercent: '19' };

/** How an invoice would look with settings that are not kept yet. It is an example and says so by its number. */
export function settingsPreviewRoutes(deps: {
  previewPdf: ReturnType<typeof createPreviewPdf>;
}): Pick<Handlers<OperatorRoutes>, 'previewSettings'> {
  return {
    previewSettings: outside(async (request, { body }) =>
      pdfAnswer(
        await deps.previewPdf(request, async (ctx) => {
          const chosen = readSettings(body.settings);
          if (chosen.logoFileId) await requireLogo(ctx, chosen.logoFileId);
          const settings = { ...ctx.tenant.settings, ...chosen };
          const document = await exampleOf(ctx, { ...ctx.tenant, settings }, body.language);
          return { document, logoFileId: settings.logoFileId };
        }),
      ),
    ),
  };
}

async function exampleOf(ctx: QueryCtx, tenant: TenantContext, language: string): Promise<InvoiceDocument> {
  const { speechOf } = await loadSpeech();
  const speech = speechOf(language);
  const on = dateAt(ctx.now, zoneNamed(tenant.timeZone));
  const { paymentTermsDays, documents, invoiceSeries, brandColour } = tenant.settings;
  const due = addDays(on, paymentTermsDays);
  const seller = sellerOf(tenant, language);
  const buyer = {
    name: 'Ada Example',
    address: ['Example Street 1', '12345 Example'],
    country: 'DE',
    locale: language,
  };
  const { legalText, footer } = termsOnDocument(seller, buyer);
  const netMinor = EXAMPLE.feeMinor + EXAMPLE.usageMinor;
  const taxMinor = (netMinor * BigInt(EXAMPLE.ratePercent) + 50n) / 100n;
  // No invoice has this number: they begin at one.
  const number = `${invoiceSeries}-${dateFields(on).year}-000000`;
  const payUrl = documents.payLink ? [speech.say('pay_online', { url: 'https://…' })] : [];
  const dueText = speech.date(formatDate(due));
  return {
    credits: null,
    locale: language,
    number,
    currency: tenant.currency,
    issuedOn: formatDate(on),
    dueOn: formatDate(due),
    seller: partyOnDocument(seller),
    buyer: partyOnDocument(buyer),
    lines: linesOf(tenant, speech, on),
    subtotalMinor: `${netMinor}`,
    taxes: [{ name: 'VAT', percent: EXAMPLE.ratePercent, netMinor: `${netMinor}`, taxMinor: `${taxMinor}` }],
    totalMinor: `${netMinor + taxMinor}`,
    creditAppliedMinor: '0',
    dueMinor: `${netMinor + taxMinor}`,
    settled: null,
    notes: [
      paymentTermsDays === 0
        ? speech.words.terms_now
        : speech.say('terms', { days: `${paymentTermsDays}`, date: dueText }),
      ...payUrl,
      ...(legalText === null ? [] : [legalText]),
    ],
    footer,
    transfer: await transferOf(ctx, tenant, { number, totalMinor: netMinor + taxMinor }),
    appendix: documents.appendix ? appendixOf(tenant, speech, on) : null,
    brandColour,
    logo: null,
  };
}

function linesOf({ settings }: TenantContext, speech: Speech, on: CalendarDate): InvoiceDocument['lines'] {
  const period = speech.say('period', {
    from: speech.date(formatDate(on)),
    to: speech.date(formatDate(addDays(on, 29))),
  });
  const line = { period, taxPercent: EXAMPLE.ratePercent, explanation: [] };
  const units = EXAMPLE.days.reduce((sum, day) => sum + BigInt(day), 0n);
  const plan = settings.seller.legalName;
  return [
    {
      ...line,
      description: plan,
      quantity: '1',
      unit: speech.words.unit_period,
      amountMinor: `${EXAMPLE.feeMinor}`,
    },
    {
      ...line,
      description: 'API',
      quantity: speech.decimal(`${units}`),
      unit: speech.words.unit_units,
      amountMinor: `${EXAMPLE.usageMinor}`,
    },
  ];
}

function appendixOf(
  tenant: TenantContext,
  speech: Speech,
  on: CalendarDate,
): NonNullable<InvoiceDocument['appendix']> {
  const units = EXAMPLE.days.reduce((sum, day) => sum + BigInt(day), 0n);
  const price = speech.decimal('0.001');
  return {
    sections: [
      {
        title: `2. API: ${speech.money(EXAMPLE.usageMinor, tenant.currency)}`,
        steps: [
          speech.say('at_price', {
            quantity: speech.decimal(`${units}`),
            price: `${price} ${tenant.currency}`,
          }),
          speech.say('comes_to', { amount: speech.money(EXAMPLE.usageMinor, tenant.currency) }),
        ],
        usage: {
          unit: speech.words.unit_units,
          days: EXAMPLE.days.map((quantity, index) => ({
            day: speech.date(formatDate(addDays(on, index))),
            quantity: speech.decimal(quantity),
            eventCount: speech.decimal(quantity),
          })),
          hasLater: false,
        },
      },
    ],
  };
}

/** The bank details as they are set up; nothing where none are. */
async function transferOf(
  ctx: QueryCtx,
  { currency }: TenantContext,
  { number, totalMinor }: { number: string; totalMinor: bigint },
): Promise<InvoiceDocument['transfer']> {
  const account = await accountFor(ctx, currency);
  if (account === undefined) return null;
  const { holder, iban, bic, bankName } = account;
  const reference = creditorReference(number);
  const code =
    currency === 'EUR'
      ? epcPayload({ holder, iban, bic, amountMinor: totalMinor, reference, text: number })
      : null;
  return { holder, iban, bic, bankName, reference: reference ?? number, scan: code?.ok ? code.value : null };
}
