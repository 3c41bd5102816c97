import type { InvoiceSummary } from '@billhook/sdk/generated/types';
import { useFilters, useGo, usePathParam } from '@billhook/ui/address';
import { EmptyState } from '@billhook/ui/empty-state';
import { formatMoney } from '@billhook/ui/format';
import { formatDate } from '@billhook/ui/format-date';
import { InvoiceComparison } from '@billhook/ui/invoice-comparison';
import { useLocale } from '@billhook/ui/locale';
import { PageHeader } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { Skeleton } from '@billhook/ui/skeleton';
import { UsageDays } from '@billhook/ui/usage-days';
import { Scale } from 'lucide-react';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded, useRead } from '../lib/read.tsx';

/** So many of the latest are offered. */
const OFFERED = 100;

/** Any two invoices side by side. The one of the path is the later column. */
export function CompareInvoicesScreen() {
  const { base, session } = useMembership();
  const id = usePathParam('id');
  const [{ against }, change] = useFilters();
  const go = useGo();
  const list = useRead(['invoices', 'offered'], (api, signal) =>
    api.invoices.list({ limit: OFFERED }, { signal }),
  );
  usePageTitle('Compare two invoices', session.seller.name);
  return (
    <Loaded query={list} skeleton={<Skeleton className="h-96 w-full max-w-[60rem]" />}>
      {({ data }) => {
        const invoices = inCurrencyOf(data, id);
        return (
          <div className="flex max-w-[60rem] flex-col gap-6">
            <PageHeader
              title="Compare two invoices"
              parents={[{ label: 'Invoices', href: `${base}/invoices` }]}
            />
            <div className="grid gap-4 sm:grid-cols-2">
              <Pick
                label="Before"
                invoices={invoices}
                value={against ?? null}
                onPick={(other) => change({ against: other })}
              />
              <Pick
                label="After"
                invoices={invoices}
                value={id}
                onPick={(other) =>
                  go(`${base}/invoices/${other}/compare${against ? `?against=${against}` : ''}`)
                }
              />
            </div>
            {against ? (
              <Compared id={id} against={against} />
            ) : (
              <EmptyState icon={Scale} title="Choose the invoice to compare with.">
                You see what cost more or less on either, and why.
              </EmptyState>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

/** Those that can stand beside it. */
function inCurrencyOf(invoices: readonly InvoiceSummary[], id: string): readonly InvoiceSummary[] {
  const currency = invoices.find((one) => one.id === id)?.currency;
  return invoices.filter(
    (one) => one.authority === 'billhook' && (currency === undefined || one.currency === currency),
  );
}

interface PickProps {
  readonly label: string;
  readonly invoices: readonly InvoiceSummary[];
  readonly value: string | null;
  readonly onPick: (id: string) => void;
}

function Pick({ label, invoices, value, onPick }: PickProps) {
  const { locale, timeZone } = useLocale();
  return (
    <Select
      label={label}
      placeholder="Choose an invoice"
      value={value}
      onValueChange={onPick}
      options={invoices.map((one) => ({
        value: one.id,
        label: one.number,
        detail: `${formatDate(one.issuedAt, 'date', locale, timeZone)}, ${formatMoney(one.total, one.currency, locale).full}`,
      }))}
    />
  );
}

function Compared({ id, against }: { id: string; against: string }) {
  const comparison = useRead(['invoice-comparison', id, against], (api, signal) =>
    api.invoices.compare(id, { against }, { signal }),
  );
  return (
    <Loaded query={comparison} skeleton={<Skeleton className="h-96 w-full" />}>
      {(data) => <InvoiceComparison comparison={data} usageOf={(line) => <DaysOf line={line} />} />}
    </Loaded>
  );
}

function DaysOf({ line }: { line: string }) {
  const usage = useRead(['line-usage', line], (api, signal) => api.invoices.lineUsage(line, { signal }));
  return (
    <Loaded query={usage} skeleton={<Skeleton className="h-24 w-full" />}>
      {(data) => <UsageDays usage={data} />}
    </Loaded>
  );
}
