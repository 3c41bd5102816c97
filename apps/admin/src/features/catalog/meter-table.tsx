import type { Meter } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import type { Column } from '@billhook/ui/table-model';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { MeterEdit } from './meter-edit.tsx';
import { MeterForm } from './meter-form.tsx';
import { MeterText } from './meter-text.tsx';
import { useMeters } from './queries.ts';

const COLUMNS: readonly Column<Meter>[] = [
  { key: 'name', header: 'Meter', cell: ({ name }) => <span className="sm:whitespace-nowrap">{name}</span> },
  { key: 'key', header: 'Key', cell: ({ key }) => <span className="font-mono text-sm">{key}</span> },
  { key: 'how', header: 'Measures', fill: true, cell: (meter) => <MeterText meter={meter} /> },
  { key: 'unit', header: 'Unit', wideOnly: true, cell: ({ unit }) => unit },
];

export function MeterTable() {
  const meters = useMeters();
  const [filters, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  const edited = mayBuild ? meters.data?.data.find(({ id }) => id === filters.editMeter) : undefined;
  return (
    <>
      {mayBuild ? (
        <div className="pb-3">
          <Button onClick={() => change({ newMeter: '1' })}>Create meter</Button>
        </div>
      ) : null}
      <DataTable
        label="Meters"
        columns={COLUMNS}
        rows={meters.data?.data ?? []}
        loading={meters.isPending}
        loadingRows={4}
        rowKey={({ id }) => id}
        onOpen={mayBuild ? ({ id }) => change({ editMeter: id }) : undefined}
        error={
          meters.error && !meters.data ? (
            <ProblemState error={meters.error} onRetry={() => void meters.refetch()} />
          ) : undefined
        }
        empty={<p className="py-4 text-muted">No meters yet. A meter measures usage events.</p>}
      />
      <SideSheet
        open={filters.newMeter === '1'}
        onOpenChange={(next) => {
          if (!next) change({ newMeter: undefined });
        }}
        title="Create meter"
        description="What it measures never changes."
      >
        {filters.newMeter === '1' ? <MeterForm onClose={() => change({ newMeter: undefined })} /> : null}
      </SideSheet>
      <SideSheet
        open={edited !== undefined}
        onOpenChange={(next) => {
          if (!next) change({ editMeter: undefined });
        }}
        title={edited ? `Change ${edited.name}?` : 'Change a meter'}
        description="What it measures never changes."
      >
        {edited ? (
          <MeterEdit key={edited.id} meter={edited} onClose={() => change({ editMeter: undefined })} />
        ) : null}
      </SideSheet>
    </>
  );
}
