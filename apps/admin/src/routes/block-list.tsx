import type { PaymentBlock } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Banner } from '@billhook/ui/status';
import type { Column } from '@billhook/ui/table-model';
import { toast } from '@billhook/ui/toast';
import { ShieldBan } from 'lucide-react';
import { useState } from 'react';
import { BLOCK_WORDS, BlockSheet } from '../features/care/block-sheet.tsx';
import { RiskRulesForm } from '../features/care/risk-rules-form.tsx';
import { TryTable } from '../features/care/try-table.tsx';
import { useCommand } from '../lib/command.ts';
import { ListTable } from '../lib/list-table.tsx';
import { useCursorList } from '../lib/lists.ts';
import { ProblemText } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

/** From whom no payment is taken, what was tried, and how much trying is allowed. */
export function BlockListScreen() {
  const { api } = useScope();
  const mayChange = useMay(['owner', 'admin', 'finance', 'support']);
  const maySet = useMay(ROLES.admins);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<PaymentBlock | null>(null);
  const list = useCursorList<PaymentBlock>(['blocks'], (page, signal) =>
    api.paymentBlocks.list(page, { signal }),
  );
  return (
    <>
      <PageHeader
        title="Block list"
        description="From these no payment is taken: no card is added, no page opens, nothing is collected."
        actions={
          mayChange ? (
            <Button variant="primary" onClick={() => setAdding(true)}>
              Block something
            </Button>
          ) : null
        }
      />
      <div className="flex flex-col gap-10">
        <ListTable
          label="Block list"
          columns={columns(mayChange ? setRemoving : null)}
          list={list}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={ShieldBan} title="Nobody is blocked.">
              A customer, a card, a mail address, a domain, a country or a range of addresses can be.
            </EmptyState>
          }
        />
        <Section
          title="Rules"
          description="How often somebody may try before it is refused. What is left empty is not looked at."
        >
          <RiskRulesForm readOnly={!maySet} />
        </Section>
        <Section
          title="Tries"
          description="Every card and payment page that somebody tried, and why it was refused. Newest first."
        >
          <TryTable />
        </Section>
      </div>
      <BlockSheet open={adding} onClose={() => setAdding(false)} />
      <RemoveDialog block={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

function columns(remove: ((block: PaymentBlock) => void) | null): Column<PaymentBlock>[] {
  return [
    {
      key: 'kind',
      header: 'Kind',
      phone: 'below',
      cell: ({ kind }) => <span className="whitespace-nowrap">{BLOCK_WORDS[kind]}</span>,
    },
    {
      key: 'label',
      header: 'Blocked',
      phone: 'title',
      cell: ({ label, value }) => (
        <span className="block max-w-72 truncate" title={value}>
          {label}
        </span>
      ),
    },
    {
      key: 'reason',
      header: 'Reason',
      fill: true,
      wideOnly: true,
      cell: ({ reason }) => <span className="block truncate text-muted">{reason}</span>,
    },
    { key: 'since', header: 'Since', cell: ({ createdAt }) => <DateText value={createdAt} /> },
    ...(remove
      ? [
          {
            key: 'remove',
            header: <span className="sr-only">Unblock</span>,
            cell: (block: PaymentBlock) => (
              <Button size="sm" variant="quiet" onClick={() => remove(block)}>
                Unblock
              </Button>
            ),
          },
        ]
      : []),
  ];
}

function RemoveDialog({ block, onClose }: { block: PaymentBlock | null; onClose: () => void }) {
  const { api } = useScope();
  const remove = useCommand(
    (id: string, options) => api.paymentBlocks.remove(id, options),
    () => {
      toast('It is unblocked.');
      onClose();
    },
  );
  return (
    <Dialog
      open={block !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Take payments from ${block?.label ?? ''} again?`}
      actions={
        <>
          <Button onClick={onClose}>Keep it blocked</Button>
          <Button variant="primary" busy={remove.busy} onClick={() => block && remove.run(block.id)}>
            Unblock
          </Button>
        </>
      }
    >
      {remove.error ? (
        <Banner tone="problem" title="It stays blocked.">
          <ProblemText error={remove.error} />
        </Banner>
      ) : (
        <p>What waits is collected within a day.</p>
      )}
    </Dialog>
  );
}
