import type { SupportCase } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { Banner } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useMay, useScope } from '../../lib/scope.tsx';
import { useOpenCases } from './queries.ts';

/** What waits for staff, of one customer or of all. Nothing is shown while nothing waits. */
export function OpenCases({ customer }: { customer?: string }) {
  const page = useOpenCases().data;
  const cases = (page?.data ?? []).filter((one) => customer === undefined || one.customer === customer);
  const [closing, setClosing] = useState<SupportCase | null>(null);
  const mayClose = useMay(['owner', 'admin', 'finance', 'support']);
  if (cases.length === 0) return null;
  const count = page?.hasMore ? `More than ${cases.length}` : String(cases.length);
  return (
    <div className="pb-6">
      <Banner
        tone="attention"
        title={cases.length === 1 ? 'One case needs a decision' : `${count} cases need a decision`}
      >
        <ul className="mt-1">
          {cases.map((one) => (
            <li key={one.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-1">
              <CaseText one={one} withCustomer={customer === undefined} />
              {mayClose ? (
                <Button size="sm" onClick={() => setClosing(one)}>
                  Close case
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      </Banner>
      <CloseDialog one={closing} onClose={() => setClosing(null)} />
    </div>
  );
}

function CaseText({ one, withCustomer }: { one: SupportCase; withCustomer: boolean }) {
  return (
    <span className="min-w-0 grow basis-60">
      {withCustomer && one.customer ? (
        <>
          <TextLink href={`/customers/${one.customer}`}>{one.customerName ?? one.customer}</TextLink>:{' '}
        </>
      ) : null}
      {one.detail}{' '}
      <span className="text-sm">
        Since <DateText value={one.openedAt} as="time" />.
      </span>
    </span>
  );
}

const HOLDS = 'billing.parked';

function CloseDialog({ one, onClose }: { one: SupportCase | null; onClose: () => void }) {
  const { api } = useScope();
  const close = useCommand(
    ({ id, note }: { id: string; note: string }, options) =>
      api.cases.close(id, { note: note === '' ? undefined : note }, options),
    () => {
      toast(one?.kind === HOLDS ? 'Case closed. Billing continues.' : 'Case closed.');
      onClose();
    },
  );
  return (
    <Dialog
      open={one !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={one?.kind === HOLDS ? `Bill ${one.customerName ?? 'the customer'} again?` : 'Close this case?'}
      description={
        one?.kind === HOLDS
          ? 'What became due meanwhile is billed now. If the cause still stands, billing is put on hold again.'
          : undefined
      }
    >
      {one ? (
        <Form<{ note: string }>
          onSubmit={({ note }) => close.run({ id: one.id, note: note.trim() })}
          {...formProblem(close.error)}
        >
          <TextField
            name="note"
            label="What was found and done"
            optional
            maxLength={500}
            hint="Kept in the audit log."
          />
          <FormActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" type="submit" busy={close.busy}>
              {one.kind === HOLDS ? 'Close case, bill again' : 'Close case'}
            </Button>
          </FormActions>
        </Form>
      ) : null}
    </Dialog>
  );
}
