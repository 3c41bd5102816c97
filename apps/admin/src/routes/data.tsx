import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { DatevForm } from '../features/data/datev-form.tsx';
import { ExportSheet } from '../features/data/export-sheet.tsx';
import { ExportTable } from '../features/data/export-table.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

const TABS = ['exports', 'datev'] as const;

/** What leaves as files, and what the tax adviser's program needs for it. */
export function DataScreen() {
  const [filters, change] = useFilters();
  const may = useMay(ROLES.money);
  const tab = TABS.find((key) => key === filters.tab) ?? 'exports';
  return (
    <>
      <PageHeader
        title="Exports"
        description="Books, documents and customers as files."
        actions={may ? <ExportSheet /> : null}
      />
      {may ? (
        <Tabs
          label="Parts of exports"
          value={tab}
          onValueChange={(key) => change({ tab: key === 'exports' ? undefined : key })}
          tabs={[
            { key: 'exports', label: 'Files', content: <ExportTable /> },
            { key: 'datev', label: 'DATEV', content: <DatevForm /> },
          ]}
        />
      ) : (
        <p className="text-muted">
          Exports are made by those who deal with money: owners, admins and finance.
        </p>
      )}
    </>
  );
}
