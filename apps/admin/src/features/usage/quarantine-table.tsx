import type { QuarantinedEvent } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CodeBlock } from '@billhook/ui/code-block';
import { DateText } from '@billhook/ui/date-text';
import { SideSheet } from '@billhook/ui/dialog';
import { EmptyState } from '@billhook/ui/empty-state';
import { Form, FormActions } from '@billhook/ui/form';
import type { Column } from '@billhook/ui/table-model';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ListTable } from '../../lib/list-table.tsx';
import { useCursorList } from '../../lib/lists.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

const REASONS: Readonly<Record<QuarantinedEvent['reason'], string>> = {
  unknown_customer: 'No customer has this id',
  unknown_meter: 'No meter counts this type',
  late: 'Its period was billed already',
  id_conflict: 'Same id at another time',
  bad_value: 'Its value cannot be counted',
};

const COLUMNS: readonly Column<QuarantinedEvent>[] = [
  {
    key: 'reason',
    header: 'Why it waits',
    phone: 'title',
    cell: ({ reason }) => <span className="whitespace-nowrap">{REASONS[reason]}</span>,
  },
  { key: 'subject', header: 'Sent for', fill: true, cell: ({ subject }) => subject },
  { key: 'type', header: 'Type', wideOnly: true, cell: ({ type }) => type },
  { key: 'time', header: 'Time', cell: ({ time }) => <DateText value={time} as="time" /> },
];

/** Events that were taken in but not counted, until someone decides. */
export function QuarantineTable() {
  const { api } = useScope();
  const [openId, setOpenId] = useState<string | null>(null);
  const list = useCursorList<QuarantinedEvent>(['quarantine'], (page, signal) =>
    api.quarantine.list(page, { signal }),
  );
  const open = list.rows.find(({ id }) => id === openId);
  return (
    <>
      <ListTable
        label="Quarantined events"
        columns={COLUMNS}
        list={list}
        rowKey={({ id }) => id}
        onOpen={({ id }) => setOpenId(id)}
        openKey={openId ?? undefined}
        empty={
          <EmptyState icon={ShieldCheck} title="Nothing waits.">
            Events that cannot be counted as they are stay here and are never lost.
          </EmptyState>
        }
      />
      <SideSheet
        open={open !== undefined}
        onOpenChange={(next) => {
          if (!next) setOpenId(null);
        }}
        title={open ? REASONS[open.reason] : ''}
        description={open ? `${open.source} ${open.eventId}` : undefined}
      >
        {open ? <QuarantineDetail key={open.id} event={open} onDone={() => setOpenId(null)} /> : null}
      </SideSheet>
    </>
  );
}

function QuarantineDetail({ event, onDone }: { event: QuarantinedEvent; onDone: () => void }) {
  const { api } = useScope();
  const mayAssign = useMay(ROLES.staff);
  const assign = useCommand(
    (customer: string, options) => api.quarantine.assign(event.id, { customer }, options),
    () => {
      toast('The event now counts.');
      onDone();
    },
  );
  const { source, type, subject, time, data } = event;
  return (
    <div className="flex flex-col gap-6">
      <CodeBlock
        label="The event"
        code={JSON.stringify({ id: event.eventId, source, type, subject, time, data }, null, 2)}
      />
      {mayAssign ? (
        <Form<{ customer: string }>
          onSubmit={({ customer }) => assign.run(customer.trim())}
          {...formProblem(assign.error)}
        >
          <TextField
            name="customer"
            label="Count it for"
            mono
            required
            defaultValue={subject}
            hint="Customer id or external id."
          />
          <FormActions>
            <Button variant="primary" type="submit" busy={assign.busy}>
              Count event
            </Button>
          </FormActions>
        </Form>
      ) : null}
    </div>
  );
}
