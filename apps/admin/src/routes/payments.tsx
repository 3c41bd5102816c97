import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { PaymentTable } from '../features/payments/payment-table.tsx';
import { PAYMENT_STATES, usePayments } from '../features/payments/queries.ts';
import { ChoiceFilter, FilterBar } from '../lib/filter-bar.tsx';
import { PAYMENT_STATUS } from '../lib/words.ts';

export function PaymentsScreen() {
  const [filters, change] = useFilters();
  const list = usePayments({ status: filters.status });
  return (
    <>
      <PageHeader title="Payments" description="Every attempt to collect, with its outcome." />
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
