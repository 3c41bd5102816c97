import type { LedgerMonth } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMonth } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Offers to close the oldest month that is over and open. */
export function CloseMonth({ months }: { months: readonly LedgerMonth[] }) {
  const { api } = useScope();
  const mayClose = useMay(ROLES.money);
  const { locale } = useLocale();
  const [open, setOpen] = useState(false);
  const month = months.findLast(({ closedAt }) => closedAt === null)?.month;
  const closing = useCommand(
    (body: { month: string }, options) => api.ledger.closeMonth(body.month, {}, options),
    ({ month: closed }) => {
      toast(`${formatMonth(closed, locale)} is closed.`);
      setOpen(false);
    },
  );
  if (month === undefined || !mayClose) return null;
  const name = formatMonth(month, locale);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Close {name}</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Close ${name}?`}
        description="Nothing is posted into it any more; later corrections are booked in the first open month. This cannot be undone."
      >
        <Form<Record<string, never>> onSubmit={() => closing.run({ month })} {...formProblem(closing.error)}>
          <FormActions>
            <Button onClick={() => setOpen(false)}>Leave it open</Button>
            <Button variant="primary" type="submit" busy={closing.busy}>
              Close {name}
            </Button>
          </FormActions>
        </Form>
      </Dialog>
    </>
  );
}
