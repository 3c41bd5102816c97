import type { CustomerOverview } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { FilterBar } from '../../lib/filter-bar.tsx';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { DocumentTable } from './document-table.tsx';
import { IssueSheet } from './issue-sheet.tsx';

/** The documents of a customer that book nothing, and a way to issue one. */
export function CustomerDocuments({ overview }: { overview: CustomerOverview }) {
  const { customer, subscriptions, otherCurrencies } = overview;
  const [filters, change] = useFilters();
  const mayIssue = useMay(ROLES.money);
  return (
    <>
      {mayIssue ? (
        <FilterBar>
          <Button onClick={() => change({ issue: 'document' })}>Issue a document</Button>
        </FilterBar>
      ) : null}
      <DocumentTable customer={customer.id} />
      <IssueSheet
        open={mayIssue && filters.issue === 'document'}
        onClose={() => change({ issue: undefined })}
        customer={customer}
        subscriptions={subscriptions.filter(({ status }) => status !== 'canceled')}
        currencies={[overview.currency, ...otherCurrencies.map(({ currency }) => currency)]}
      />
    </>
  );
}
