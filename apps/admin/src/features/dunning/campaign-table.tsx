import type { DunningCampaign } from '@billhook/sdk/generated/types';
import { EmptyState } from '@billhook/ui/empty-state';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useNavigate } from '@tanstack/react-router';
import { BellRing } from 'lucide-react';
import { ListTable } from '../../lib/list-table.tsx';
import { useCampaigns } from './queries.ts';

function state({ archivedAt, published, draft }: DunningCampaign) {
  if (archivedAt !== null) return <Status tone="neutral">Out of use</Status>;
  if (published === null) return <Status tone="info">Draft</Status>;
  return <Status tone="ok">{`Version ${published.number}${draft === null ? '' : ', changed'}`}</Status>;
}

const COLUMNS: readonly Column<DunningCampaign>[] = [
  { key: 'name', header: 'Name', fill: true, phone: 'title', cell: ({ name }) => name },
  {
    key: 'kind',
    header: 'Begins with',
    cell: ({ kind }) => (
      <span className="whitespace-nowrap">
        {kind === 'charge' ? 'A charge that fails' : 'An invoice paid by transfer'}
      </span>
    ),
  },
  { key: 'rank', header: 'Rank', numeric: true, wideOnly: true, cell: ({ rank }) => rank },
  {
    key: 'steps',
    header: 'Steps',
    numeric: true,
    wideOnly: true,
    cell: ({ draft, published }) => (draft ?? published?.definition)?.steps.length ?? 0,
  },
  { key: 'state', header: 'Status', cell: state },
];

/** The seller's campaigns, in the order in which they are looked through. */
export function CampaignTable() {
  const navigate = useNavigate();
  return (
    <ListTable
      label="Campaigns"
      list={useCampaigns()}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: `/dunning/${id}` })}
      empty={
        <EmptyState icon={BellRing} title="No campaign yet">
          Failed charges are tried again after the days in the settings, and the subscription ends with the
          last. Make a campaign to say what happens on which day, and for whom.
        </EmptyState>
      }
    />
  );
}
