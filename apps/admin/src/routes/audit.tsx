import type { AuditEntry } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { CodeBlock } from '@billhook/ui/code-block';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { KeyValue } from '@billhook/ui/key-value';
import { PageHeader } from '@billhook/ui/page-header';
import { Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { useState } from 'react';
import { FilterBar, SearchFilter } from '../lib/filter-bar.tsx';
import { ListTable } from '../lib/list-table.tsx';
import { useCursorList } from '../lib/lists.ts';
import { useScope } from '../lib/scope.tsx';
import { capital, eventWord } from '../lib/words.ts';

const ACTORS: Readonly<Record<AuditEntry['actor']['kind'], string>> = {
  operator: 'Operator',
  api_key: 'API key',
  member: 'Somebody in the portal',
  system: 'Billhook',
};

function actorText({ actor }: AuditEntry): string {
  if (actor.kind === 'api_key' && actor.name !== null) return `${actor.name} (API key)`;
  return actor.name ?? ACTORS[actor.kind];
}

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    key: 'when',
    header: 'When',
    phone: 'below',
    cell: ({ occurredAt }) => <DateText value={occurredAt} as="time" />,
  },
  {
    key: 'who',
    header: 'Who',
    phone: 'below',
    cell: (row) => <span className="block max-w-56 truncate">{actorText(row)}</span>,
  },
  { key: 'what', header: 'What', phone: 'title', fill: true, cell: ({ action }) => eventWord(action) },
  {
    key: 'object',
    header: 'Object',
    wideOnly: true,
    cell: ({ objectId }) => <CopyText text={objectId} className="max-w-56" />,
  },
  {
    key: 'seal',
    header: 'Seal',
    wideOnly: true,
    numeric: true,
    cell: ({ sealNumber }) => sealNumber ?? <span className="text-faint">…</span>,
  },
];

/** Who changed what. Rows are sealed in a chain, so that none can be taken out unseen. */
export function AuditScreen() {
  const { api } = useScope();
  const [filters, change] = useFilters();
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useCursorList<AuditEntry>(['audit', filters.q ?? ''], (page, signal) =>
    api.audit.list({ ...page, objectId: filters.q || undefined }, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who changed what, and when. Entries are sealed in a chain, so that none can be altered or removed unnoticed."
      />
      <FilterBar>
        <SearchFilter label="Id of an object" />
      </FilterBar>
      <ListTable
        label="Audit log"
        columns={COLUMNS}
        list={list}
        dense
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        onClearFilters={filters.q ? () => change({ q: undefined }) : undefined}
        empty={<p className="py-6 text-muted">Nothing has changed yet.</p>}
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open ? eventWord(open.action) : ''}
      >
        {open ? <EntryDetail entry={open} /> : null}
      </SideSheet>
    </>
  );
}

function EntryDetail({ entry }: { entry: AuditEntry }) {
  return (
    <div className="flex flex-col gap-6">
      <KeyValue
        items={[
          { label: 'Who', value: actorText(entry) },
          ...(entry.actor.kind === 'system'
            ? []
            : [{ label: 'Their id', value: <CopyText text={entry.actor.id} /> }]),
          { label: 'When', value: <DateText value={entry.occurredAt} as="time" /> },
          {
            label: capital(entry.objectKind.replaceAll('_', ' ')),
            value: <CopyText text={entry.objectId} />,
          },
          { label: 'Request', value: entry.requestId ? <CopyText text={entry.requestId} /> : '–' },
          {
            label: 'Seal',
            value:
              entry.sealNumber === null ? (
                <Status tone="info">Within a second</Status>
              ) : (
                <Status tone="ok">Number {entry.sealNumber}</Status>
              ),
          },
        ]}
      />
      <CodeBlock label="What was changed" code={JSON.stringify(entry.details, null, 2)} />
    </div>
  );
}
