import { useFilters, useGo, usePathParam } from '@billhook/ui/address';
import { DocumentNumber } from '@billhook/ui/document-number';
import { EmptyState } from '@billhook/ui/empty-state';
import { InvoiceComparison } from '@billhook/ui/invoice-comparison';
import { TextLink } from '@billhook/ui/link';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { UsageDays } from '@billhook/ui/usage-days';
import { useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { InvoicePick } from '../features/invoices/invoice-pick.tsx';
import { useInvoice } from '../features/invoices/queries.ts';
import { ProblemState } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';

/** Any two invoices of a customer side by side. The one of the path is the later column. */
export function CompareInvoicesScreen() {
  const id = usePathParam('id');
  const [{ against }, change] = useFilters();
  const go = useGo();
  const invoice = useInvoice(id);
  const { data } = invoice;
  if (invoice.error && !data)
    return (
      <ProblemState
        error={invoice.error}
        onRetry={() => void invoice.refetch()}
        retrying={invoice.isFetching}
      />
    );
  return (
    <>
      <PageHeader
        title="Compare two invoices"
        description={data?.customerName}
        parents={[
          { label: 'Invoices', href: '/invoices' },
          ...(data ? [{ label: data.number, href: `/invoices/${id}` }] : []),
        ]}
      />
      {data ? (
        <div className="flex max-w-[60rem] flex-col gap-6">
          <div className="grid gap-4 sm:grid-cols-2">
            <InvoicePick
              label="Before"
              invoice={data}
              value={against ?? null}
              onPick={(other) => change({ against: other })}
            />
            <InvoicePick
              label="After"
              invoice={data}
              value={id}
              onPick={(other) => go(`/invoices/${other}/compare${against ? `?against=${against}` : ''}`)}
            />
          </div>
          {against ? (
            <Compared id={id} against={against} />
          ) : (
            <EmptyState icon={Scale} title="Choose the invoice to compare with.">
              Lines of the same thing are put side by side, with why each costs more or less.
            </EmptyState>
          )}
        </div>
      ) : (
        <Skeleton className="h-96 w-full" />
      )}
    </>
  );
}

function Compared({ id, against }: { id: string; against: string }) {
  const { api, tenant } = useScope();
  const comparison = useQuery({
    queryKey: [tenant.id, 'invoice-comparison', id, against],
    queryFn: ({ signal }) => api.invoices.compare(id, { against }, { signal }),
  });
  const { data } = comparison;
  if (comparison.error && !data)
    return (
      <ProblemState
        error={comparison.error}
        onRetry={() => void comparison.refetch()}
        retrying={comparison.isFetching}
      />
    );
  if (!data) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <InvoiceComparison comparison={data} usageOf={(line) => <DaysOf line={line} />} />
      <p className="text-sm text-muted">
        The documents:{' '}
        <TextLink href={`/invoices/${data.against}`}>
          <DocumentNumber number={data.againstNumber} />
        </TextLink>{' '}
        and{' '}
        <TextLink href={`/invoices/${data.invoice}`}>
          <DocumentNumber number={data.number} />
        </TextLink>
        .
      </p>
    </>
  );
}

/** The days of a line, each with its events. */
function DaysOf({ line }: { line: string }) {
  const { api, tenant } = useScope();
  const usage = useQuery({
    queryKey: [tenant.id, 'line-usage', line],
    queryFn: ({ signal }) => api.invoices.lineUsage(line, { signal }),
  });
  const { data } = usage;
  if (usage.error && !data) return <ProblemState error={usage.error} onRetry={() => void usage.refetch()} />;
  if (!data) return <Skeleton className="h-24 w-full" />;
  const eventsOf = (from: string, to: string) =>
    `/usage?customer=${data.customer}&type=${encodeURIComponent(data.eventType)}&from=${from}&to=${to}`;
  return (
    <UsageDays
      usage={data}
      linkOf={({ start, end }, text) => <TextLink href={eventsOf(start, end)}>{text}</TextLink>}
    />
  );
}
