import type { Invoice, RevenueSchedule } from '@billhook/sdk/generated/types';
import { formatMonth } from '@billhook/ui/format-date';
import { KeyValue } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { Money } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';

/** In which months the books count the sales of an invoice as earned. Nothing for an invoice without sales. */
export function Earned({ invoice }: { invoice: Invoice }) {
  const { api, tenant } = useScope();
  const { locale } = useLocale();
  const { data } = useQuery({
    queryKey: [tenant.id, 'invoices', invoice.id, 'revenue'],
    queryFn: ({ signal }) => api.invoices.revenue(invoice.id, { signal }),
  });
  const months = data === undefined ? [] : sumsOf(data);
  if (data === undefined || months.length === 0) return null;
  return (
    <Section title="Earned" description="By day over the service, without tax.">
      <KeyValue
        layout="sum"
        items={months.map(([month, earned]) => ({
          label: formatMonth(month, locale),
          value: <Money amountMinor={`${earned}`} currency={data.currency} />,
        }))}
      />
    </Section>
  );
}

/** All lines together, month by month. */
function sumsOf({ lines }: RevenueSchedule): [string, bigint][] {
  const sums = new Map<string, bigint>();
  for (const { month, earned } of lines.flatMap((line) => line.months)) {
    sums.set(month, (sums.get(month) ?? 0n) + BigInt(earned));
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1));
}
