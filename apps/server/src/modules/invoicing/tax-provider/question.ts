import { createHash } from 'node:crypto';
import type { IssuedInvoice } from '@billhook/core/invoicing/invoice';
import { canonicalJson } from '@billhook/core/kernel/canonical-json';
import type { JsonObject } from '@billhook/core/kernel/json';
import { ok, type Result } from '@billhook/core/kernel/result';
import { quoteLinesOf } from '@billhook/core/tax/tax-quote';
import { dateAt, formatDate } from '@billhook/core/time/calendar-date';
import { zoneNamed } from '@billhook/core/time/zone';
import type { TaxProviderSettings, TenantContext } from '../../../platform/context.ts';
import type { Customer } from '../../customers/api.ts';
import { certificateAtProvider } from '../tax-choice.ts';
import type { TaxFacts } from '../tax-facts.ts';
import type { TaxQuestion } from './port.ts';

/** A question with the name of its content. */
export type NamedQuestion = { customerId: string; sha256: string; question: TaxQuestion };

type Placed = Pick<Customer, 'id' | 'country' | 'address' | 'taxId' | 'taxExempt'>;

/** Whether the seller leaves the tax of a customer to the provider: by its country, or by a region of it. */
export function isLeftToProvider(
  settings: TaxProviderSettings | null,
  { country, address }: Pick<Placed, 'country' | 'address'>,
): settings is TaxProviderSettings {
  if (settings === null || country === null) return false;
  const region = textOf(address.region)?.toUpperCase() ?? null;
  return settings.regions.some((one) => one === country || one === `${country}-${region}`);
}

/**
 * What to ask about an invoice, without its tax; null where there is nothing to tax. Refusal: `tax_quote.negative_amount`.
 */
export function questionOf(
  tenant: Pick<TenantContext, 'settings' | 'timeZone'>,
  settings: TaxProviderSettings,
  customer: Placed,
  invoice: Pick<IssuedInvoice, 'lines' | 'currency' | 'issuedAt' | 'taxMode'>,
  facts: TaxFacts,
): Result<NamedQuestion | null> {
  const lines = quoteLinesOf(invoice.lines);
  if (!lines.ok) return lines;
  if (lines.value.length === 0) return ok(null);
  const codes = new Map(settings.taxCodes.map(({ taxCode, providerCode }) => [taxCode, providerCode]));
  const question: TaxQuestion = {
    currency: invoice.currency,
    mode: invoice.taxMode,
    taxedAt: invoice.issuedAt,
    seller: { country: tenant.settings.taxRules?.country ?? tenant.settings.sellerIdentity?.country ?? null },
    customer: {
      country: customer.country ?? '',
      region: textOf(customer.address.region),
      postalCode: textOf(customer.address.postal_code),
      city: textOf(customer.address.city),
      line1: textOf(customer.address.line1),
      taxId: customer.taxId,
      isExempt:
        customer.taxExempt || certificateAtProvider(tenant, customer, invoice.issuedAt, facts) !== null,
    },
    lines: lines.value.map((line) => ({
      ...line,
      taxCode: codes.get(line.taxCode) ?? settings.defaultCode ?? '',
    })),
  };
  // The day and not the moment: what was asked this morning is not asked again by the run of the evening.
  const day = formatDate(dateAt(invoice.issuedAt, zoneNamed(tenant.timeZone)));
  const content = canonicalJson({ ...questionJson(question), taxed_at: day });
  const sha256 = createHash('sha256').update(content, 'utf8').digest('hex');
  return ok({ customerId: customer.id, sha256, question });
}

const textOf = (value: string | undefined): string | null =>
  value === undefined || value.trim() === '' ? null : value.trim();

/** A question as it is kept. */
export function questionJson({ lines, customer, seller, ...rest }: TaxQuestion): JsonObject {
  return {
    currency: rest.currency,
    mode: rest.mode,
    taxed_at: rest.taxedAt,
    seller: { ...seller },
    customer: { ...customer },
    lines: lines.map((line) => ({ ...line, amountMinor: `${line.amountMinor}` })),
  };
}

/** A question as it was kept. */
export function readQuestion(json: unknown): TaxQuestion {
  const stored = json as Omit<TaxQuestion, 'lines' | 'taxedAt'> & {
    taxed_at: TaxQuestion['taxedAt'];
    lines: (Omit<TaxQuestion['lines'][number], 'amountMinor'> & { amountMinor: string })[];
  };
  const { taxed_at: taxedAt, lines, ...rest } = stored;
  return {
    ...rest,
    taxedAt,
    lines: lines.map((line) => ({ ...line, amountMinor: BigInt(line.amountMinor) })),
  };
}
