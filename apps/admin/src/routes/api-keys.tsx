import type { ApiKey } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Badge, Status } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { CreateKeySheet } from '../features/settings/create-key-sheet.tsx';
import { useCommand } from '../lib/command.ts';
import { ListTable } from '../lib/list-table.tsx';
import { useCursorList } from '../lib/lists.ts';
import { ProblemText } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

const NONE = <span className="text-faint">–</span>;

function columns(onRevoke: (key: ApiKey) => void): Column<ApiKey>[] {
  return [
    { key: 'name', header: 'Name', fill: true, cell: ({ name }) => name },
    {
      key: 'key',
      header: 'Key',
      cell: ({ prefix, last4, kind }) => (
        <span className="flex items-center gap-2 whitespace-nowrap">
          <span className="font-mono text-sm">
            {prefix}…{last4}
          </span>
          {kind === 'publishable' ? <Badge>Publishable</Badge> : null}
        </span>
      ),
    },
    {
      key: 'scopes',
      header: 'Access',
      wideOnly: true,
      cell: ({ scopes }) => (
        <span title={scopes.join(', ')} className="whitespace-nowrap">
          {scopes.length > 2 ? `${scopes.length} scopes` : scopes.join(', ')}
        </span>
      ),
    },
    {
      key: 'used',
      header: 'Last used',
      wideOnly: true,
      cell: ({ lastUsedAt }) => (lastUsedAt ? <DateText value={lastUsedAt} as="time" /> : NONE),
    },
    {
      key: 'created',
      header: 'Created',
      wideOnly: true,
      cell: ({ createdAt }) => <DateText value={createdAt} />,
    },
    {
      key: 'state',
      header: 'State',
      phone: 'end',
      cell: (row) =>
        row.revokedAt ? (
          <Status tone="neutral">Revoked</Status>
        ) : (
          <Button size="sm" variant="quiet" onClick={() => onRevoke(row)}>
            Revoke
          </Button>
        ),
    },
  ];
}

export function ApiKeysScreen() {
  const { api, tenant } = useScope();
  const [filters, change] = useFilters();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const mayCreate = useMay(ROLES.builders);
  const list = useCursorList<ApiKey>(['api-keys'], (page, signal) => api.apiKeys.list(page, { signal }));
  return (
    <>
      <PageHeader
        title="API keys"
        description={`For ${tenant.name} alone. A key’s secret is shown once.`}
        actions={
          mayCreate ? (
            <Button variant="primary" onClick={() => change({ new: '1' })}>
              Create key
            </Button>
          ) : null
        }
      />
      <ListTable
        label="API keys"
        columns={columns(setRevoking)}
        list={list}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={KeyRound} title="No keys yet.">
            Create one, and your product can send usage and ask what a customer may do.
          </EmptyState>
        }
      />
      <CreateKeySheet open={filters.new === '1'} onClose={() => change({ new: undefined })} />
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { api } = useScope();
  const revoke = useCommand(
    (id: string) => api.apiKeys.revoke(id),
    () => {
      toast('The key is revoked.');
      onClose();
    },
  );
  return (
    <Dialog
      open={apiKey !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Revoke ${apiKey?.name ?? 'the key'}?`}
      description="Anything that still uses it is refused from now on. This cannot be undone."
      actions={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="danger"
            busy={revoke.busy}
            onClick={() => (apiKey ? revoke.run(apiKey.id) : undefined)}
          >
            Revoke key
          </Button>
        </>
      }
    >
      {revoke.error ? <ProblemText error={revoke.error} /> : null}
    </Dialog>
  );
}
