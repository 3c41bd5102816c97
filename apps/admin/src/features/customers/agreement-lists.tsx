import type { RightChange, RightGrant, RightOverride } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Quantity } from '@billhook/ui/money';
import { SkeletonText } from '@billhook/ui/skeleton';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useAgreements } from './rights-queries.ts';

type Agreement = RightOverride | RightGrant;

/** `+ 5,000`, `5,000 instead`, `On`. */
function Changed({ change }: { change: RightChange }) {
  if (change.kind === 'boolean') return change.enabled ? 'On' : 'Off';
  if (change.kind === 'configuration') return [change.value].flat().join(', ');
  const figure = (limit: string | null) => (limit === null ? 'unlimited' : <Quantity value={limit} />);
  return (
    <>
      {change.mode === 'add' ? '+ ' : null}
      {figure(change.limit)}
      {change.mode === 'add' ? null : ' instead'}
      {change.poolLimit == null ? null : <>, all together {figure(change.poolLimit)}</>}
    </>
  );
}

/** What was agreed on and what was given for a time, each with who it was for and why. */
export function AgreementLists({ customer, mayEnd }: { customer: string; mayEnd: boolean }) {
  const { overrides, grants } = useAgreements(customer);
  const [ending, setEnding] = useState<Agreement | null>(null);
  const error = overrides.error ?? grants.error;
  if (error) return <ProblemState error={error} compact />;
  if (!overrides.data || !grants.data) return <SkeletonText lines={3} />;
  const rows: readonly Agreement[] = [...overrides.data.data, ...grants.data.data];
  if (rows.length === 0)
    return <p className="text-muted">Nothing. The customer has what its plan and add-ons grant.</p>;
  return (
    <>
      <ul className="max-w-3xl">
        {rows.map((row) => (
          <li
            key={row.id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-b border-line py-3"
          >
            <span className="min-w-0">
              <span className="font-medium">{row.featureName}</span>{' '}
              <span className="tabular-nums">
                <Changed change={row.change} />
              </span>
              <span className="block text-sm text-muted">
                <Span row={row} />
                {row.reason}
              </span>
            </span>
            {mayEnd ? (
              <Button size="sm" onClick={() => setEnding(row)}>
                {row.object === 'entitlement_grant' ? 'Take back' : 'Remove'}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <EndDialog row={ending} onClose={() => setEnding(null)} />
    </>
  );
}

function Span({ row }: { row: Agreement }) {
  const whose = row.subscription === null ? '' : 'One subscription · ';
  if (row.object === 'entitlement_override') return whose;
  return (
    <>
      {whose}
      {row.status === 'ahead' ? (
        <>
          From <DateText value={row.from} /> until{' '}
        </>
      ) : (
        'Until '
      )}
      <DateText value={row.until} /> ·{' '}
    </>
  );
}

function EndDialog({ row, onClose }: { row: Agreement | null; onClose: () => void }) {
  const { api } = useScope();
  const isGrant = row?.object === 'entitlement_grant';
  const end = useCommand(
    async (reason: string, options) => {
      if (row === null) return;
      if (isGrant) await api.rightGrants.revoke(row.id, { reason }, options);
      else await api.overrides.remove(row.id, { reason }, options);
    },
    () => {
      toast('From now on the right is without it.');
      onClose();
    },
  );
  return (
    <Dialog
      open={row !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={
        isGrant ? `Take back ${row?.featureName}?` : `Remove what was agreed on ${row?.featureName ?? ''}?`
      }
      description="It stays in the history. What was used stays counted."
    >
      <Form<{ reason: string }> onSubmit={({ reason }) => end.run(reason.trim())} {...formProblem(end.error)}>
        <TextField name="reason" label="Reason" required maxLength={500} hint="Kept in the audit log." />
        <FormActions>
          <Button onClick={onClose}>Leave it</Button>
          <Button variant="danger" type="submit" busy={end.busy}>
            {isGrant ? 'Take back now' : 'Remove now'}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
