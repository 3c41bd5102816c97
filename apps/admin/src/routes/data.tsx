import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { DatevForm } from '../features/data/datev-form.tsx';
import { ExportSheet } from '../features/data/export-sheet.tsx';
import { ExportTable } from '../features/data/export-table.tsx';
import { ImportReport } from '../features/data/import-report.tsx';
import { ImportSheet } from '../features/data/import-sheet.tsx';
import { ImportTable } from '../features/data/import-table.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

const TABS = ['exports', 'imports', 'datev'] as const;

/** What leaves and enters as files, and what the tax adviser's program needs for it. */
export function DataScreen() {
  const [filters, change] = useFilters();
  const may = useMay(ROLES.money);
  const tab = TABS.find((key) => key === filters.tab) ?? 'exports';
  const openReport = (id: string | undefined) => change({ tab: 'imports', import: id });
  const actions =
    tab === 'imports' ? <ImportSheet onBegun={openReport} /> : tab === 'exports' ? <ExportSheet /> : null;
  return (
    <>
      <PageHeader
        title="Exports and imports"
        description="Books, documents and customers as files."
        actions={may ? actions : null}
      />
      {may ? (
        <Tabs
          label="Parts of exports and imports"
          value={tab}
          onValueChange={(key) => change({ tab: key === 'exports' ? undefined : key, import: undefined })}
          tabs={[
            { key: 'exports', label: 'Exports', content: <ExportTable /> },
            { key: 'imports', label: 'Imports', content: <ImportTable onOpen={openReport} /> },
            { key: 'datev', label: 'DATEV', content: <DatevForm /> },
          ]}
        />
      ) : (
        <p className="text-muted">
          Exports and imports are made by those who deal with money: owners, admins and finance.
        </p>
      )}
      {may ? (
        <ImportReport
          id={tab === 'imports' ? filters.import : undefined}
          onClose={() => openReport(undefined)}
        />
      ) : null}
    </>
  );
}
