import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { ApprovalTable } from '../features/collecting/approval-table.tsx';
import { DisputeTable } from '../features/collecting/dispute-table.tsx';
import { RequestTable } from '../features/collecting/request-table.tsx';
import { PaymentTable } from '../features/payments/payment-table.tsx';
import { PAYMENT_STATES, usePayments } from '../features/payments/queries.ts';
import { ChoiceFilter, FilterBar } from '../lib/filter-bar.tsx';
import { PAYMENT_STATUS } from '../lib/words.ts';

const TABS = ['attempts', 'approvals', 'disputes', 'requested'] as const;

/** Money that was taken, that goes back, that is disputed, and that was asked for. */
export function PaymentsScreen() {
  const [filters, change] = useFilters();
  const tab = TABS.find((key) => key === filters.tab) ?? 'attempts';
  return (
    <>
      <PageHeader title="Payments" description="What was collected, given back, disputed and asked for." />
      <Tabs
        label="Parts of payments"
        value={tab}
        onValueChange={(key) => change({ tab: key === 'attempts' ? undefined : key, status: undefined })}
        tabs={[
          { key: 'attempts', label: 'Attempts', content: <Attempts /> },
          { key: 'approvals', label: 'Approvals', content: <ApprovalTable /> },
          { key: 'disputes', label: 'Disputes', content: <DisputeTable /> },
          { key: 'requested', label: 'Requested', content: <RequestTable /> },
        ]}
      />
    </>
  );
}

function Attempts() {
  const [filters, change] = useFilters();
  const list = usePayments({ status: filters.status });
  return (
    <>
      <FilterBar>
        <ChoiceFilter
          name="status"
          label="Status"
          all="Every status"
          options={PAYMENT_STATES.map((value) => ({ value, label: PAYMENT_STATUS[value].word }))}
        />
      </FilterBar>
      <PaymentTable
        list={list}
        onClearFilters={filters.status ? () => change({ status: undefined }) : undefined}
      />
    </>
  );
}
