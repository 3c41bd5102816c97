import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { LineTable } from '../features/bank/line-table.tsx';
import { OutgoingTable } from '../features/bank/outgoing-table.tsx';
import { useOutgoingTransfers } from '../features/bank/queries.ts';
import { StatementTable } from '../features/bank/statement-table.tsx';
import { UploadDialog } from '../features/bank/upload-dialog.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

const TABS = ['movements', 'statements', 'transfers'] as const;

/** What moved on the seller's accounts, what it paid, and what is to be transferred back. */
export function BankScreen() {
  const [filters, change] = useFilters();
  const mayUpload = useMay(ROLES.money);
  const transfers = useOutgoingTransfers();
  const tab = TABS.find((key) => key === filters.tab) ?? 'movements';
  return (
    <>
      <PageHeader
        title="Bank"
        description="Transfers that came in, and what each of them paid."
        actions={mayUpload ? <UploadDialog /> : null}
      />
      <Tabs
        label="Parts of the bank"
        value={tab}
        onValueChange={(key) => change({ tab: key === 'movements' ? undefined : key, state: undefined })}
        tabs={[
          { key: 'movements', label: 'Movements', content: <LineTable /> },
          { key: 'statements', label: 'Statements', content: <StatementTable /> },
          {
            key: 'transfers',
            label: 'To transfer',
            count: transfers.data?.length,
            content: <OutgoingTable />,
          },
        ]}
      />
    </>
  );
}
