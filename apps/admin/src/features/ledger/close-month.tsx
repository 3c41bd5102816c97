import type { LedgerMonth } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Offers to close the oldest month that is over and open. */
export function CloseMonth({ months }: { months: readonly LedgerMonth[] }) {
  const { api } = useScope();
  const mayClose = useMay(ROLES.money);
  const [open, setOpen] = useState(false);
  const month = months.findLast(({ closedAt }) => closedAt === null)?.month;
  const closing = useCommand(
    (body: { month: string }, options) => api.ledger.closeMonth(body.month, {}, options),
    ({ month: closed }) => {
      toast(`${closed} is closed.`);
      setOpen(false);
    },
  );
  if (month === undefined || !mayClose) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Close {month}</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Close ${month}?`}
        description="Nothing is posted into it any more; later corrections are booked in the first open month. This cannot be undone."
      >
        <Form<Record<string, never>> onSubmit={() => closing.run({ month })} {...formProblem(closing.error)}>
          <FormActions>
            <Button onClick={() => setOpen(false)}>Leave it open</Button>
            <Button variant="primary" type="submit" busy={closing.busy}>
              Close {month}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
    </>
  );
}
