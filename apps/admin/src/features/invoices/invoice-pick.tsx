import type { Invoice, InvoiceSummary } from '@billhook/sdk/generated/types';
import { formatMoney } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { Select } from '@billhook/ui/select';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** So many of the latest are offered; an older one is reached from its own page. */
const OFFERED = 100;

export interface InvoicePickProps {
  readonly label: string;
  /** One of the customer's, in whose currency the others are. */
  readonly invoice: Invoice;
  readonly value: string | null;
  readonly onPick: (id: string) => void;
}

/** Another invoice of the same customer and currency. */
export function InvoicePick({ label, invoice, value, onPick }: InvoicePickProps) {
  const { api, tenant } = useScope();
  const { locale, timeZone } = useLocale();
  const { customer, currency } = invoice;
  const list = useQuery({
    queryKey: [tenant.id, 'invoices-of', customer],
    queryFn: ({ signal }) => api.invoices.list({ customer, limit: OFFERED }, { signal }),
  });
  const listed = list.data?.data ?? [];
  const own: readonly InvoiceSummary[] = listed.some(({ id }) => id === invoice.id)
    ? listed
    : [...listed, invoice];
  const isOffered = (one: InvoiceSummary) => one.currency === currency && one.authority === 'billhook';
  return (
    <Select
      label={label}
      placeholder="Choose an invoice"
      value={value}
      onValueChange={onPick}
      options={own.filter(isOffered).map((one) => ({
        value: one.id,
        label: one.number,
        detail: `${formatDate(one.issuedAt, 'date', locale, timeZone)}, ${formatMoney(one.total, one.currency, locale).full}`,
      }))}
    />
  );
}
