import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { PageHeader } from '@billhook/ui/page-header';
import { CreateCustomerSheet } from '../features/customers/create-customer-sheet.tsx';
import { CustomerTable } from '../features/customers/customer-table.tsx';
import { CUSTOMER_STATES, type CustomerState, useCustomers } from '../features/customers/queries.ts';
import { ChoiceFilter, FilterBar, SearchFilter } from '../lib/filter-bar.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

const STATE_WORDS: Readonly<Record<CustomerState, string>> = {
  active: 'Active',
  trialing: 'In trial',
  past_due: 'Past due',
  canceled: 'Canceled',
  none: 'Without a plan',
  parked: 'On hold',
};

export function CustomersScreen() {
  const [filters, change] = useFilters();
  const list = useCustomers(filters);
  const mayCreate = useMay(ROLES.staff);
  const filtered = Boolean(filters.q || filters.status);
  return (
    <>
      <PageHeader
        title="Customers"
        actions={
          mayCreate ? (
            <Button variant="primary" onClick={() => change({ new: '1' })}>
              Create customer
            </Button>
          ) : null
        }
      />
      <FilterBar>
        <SearchFilter label="Name, e-mail or external id" />
        <ChoiceFilter
          name="status"
          label="Status"
          all="Every status"
          options={CUSTOMER_STATES.map((value) => ({ value, label: STATE_WORDS[value] }))}
        />
      </FilterBar>
      <CustomerTable
        list={list}
        onClearFilters={filtered ? () => change({ q: undefined, status: undefined }) : undefined}
      />
      <CreateCustomerSheet open={filters.new === '1'} onClose={() => change({ new: undefined })} />
    </>
  );
}
