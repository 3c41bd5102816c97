import type { CustomerOverview } from '@billhook/sdk/generated/types';
import { useFilters, usePathParam } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Money } from '@billhook/ui/money';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton, SkeletonText } from '@billhook/ui/skeleton';
import { Stat, StatRow } from '@billhook/ui/stat';
import { Badge } from '@billhook/ui/status';
import { CustomerBody } from '../features/customers/customer-body.tsx';
import { EditCustomerSheet } from '../features/customers/edit-customer-sheet.tsx';
import { useCustomer } from '../features/customers/queries.ts';
import { OpenCases } from '../features/home/cases.tsx';
import { PrivacySheet } from '../features/privacy/privacy-sheet.tsx';
import { ActionSheet } from '../features/subscriptions/action-sheet.tsx';
import { StartSheet } from '../features/subscriptions/start-sheet.tsx';
import { ProblemState } from '../lib/problem.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

/** Everything about one customer. Sheets that are open stand in the address. */
export function CustomerScreen() {
  const customer = useCustomer(usePathParam('id'));
  const [, change] = useFilters();
  const mayStart = useMay(ROLES.staff);
  const mayEdit = useMay(['owner', 'admin', 'finance', 'support']);
  const { data } = customer;
  if (customer.error && !data) {
    return (
      <ProblemState
        error={customer.error}
        onRetry={() => void customer.refetch()}
        retrying={customer.isFetching}
      />
    );
  }
  return (
    <>
      <PageHeader
        title={data ? data.customer.name : <Skeleton className="h-7 w-56" />}
        mark={data?.customer.parkedAt ? <Badge tone="problem">Billing on hold</Badge> : null}
        parents={[{ label: 'Customers', href: '/customers' }]}
        actions={
          data ? (
            <>
              {mayEdit ? <Button onClick={() => change({ edit: '1' })}>Edit</Button> : null}
              {mayStart ? (
                <Button variant="primary" onClick={() => change({ start: '1' })}>
                  Start subscription
                </Button>
              ) : null}
            </>
          ) : null
        }
      />
      {data ? <OpenCases customer={data.customer.id} /> : null}
      <Figures overview={data} />
      <div className="mt-8">{data ? <CustomerBody overview={data} /> : <SkeletonText lines={10} />}</div>
      {data ? <Sheets overview={data} /> : null}
    </>
  );
}

/** Figures in the customer's currency, and below them a row for each other one that it is billed in. */
function Figures({ overview }: { overview: CustomerOverview | undefined }) {
  if (overview === undefined) return <CurrencyFigures account={undefined} />;
  return [overview, ...overview.otherCurrencies].map((account) => (
    <CurrencyFigures key={account.currency} account={account} />
  ));
}

function CurrencyFigures({ account }: { account: CustomerOverview['otherCurrencies'][number] | undefined }) {
  const money = (amount: string | undefined) =>
    account && amount !== undefined ? <Money amountMinor={amount} currency={account.currency} /> : null;
  const open = account?.openInvoices ?? 0;
  return (
    <StatRow>
      <Stat label="Monthly recurring revenue" value={money(account?.mrr)} />
      <Stat
        label="Open amount"
        value={money(account?.openAmount)}
        note={open > 0 ? `${open} open ${open === 1 ? 'invoice' : 'invoices'}` : undefined}
      />
      <Stat label="Credit balance" value={money(account?.creditBalance)} />
      <Stat label="Paid so far" value={money(account?.lifetimePaid)} />
    </StatRow>
  );
}

function Sheets({ overview }: { overview: CustomerOverview }) {
  const [filters, change] = useFilters();
  const named = (id: string | undefined) => overview.subscriptions.find((one) => one.id === id);
  return (
    <>
      <StartSheet
        customer={overview.customer}
        hasMethod={overview.paymentMethods.length > 0}
        open={filters.start === '1'}
        onClose={() => change({ start: undefined })}
      />
      <ActionSheet
        subscription={named(filters.of)}
        name={filters.act}
        onClose={() => change({ act: undefined, of: undefined })}
      />
      <PrivacySheet
        customer={overview.customer}
        open={filters.privacy === '1'}
        onClose={() => change({ privacy: undefined })}
      />
      <EditCustomerSheet
        customer={overview.customer}
        open={filters.edit === '1'}
        onClose={() => change({ edit: undefined })}
      />
    </>
  );
}
