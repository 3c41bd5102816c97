import type { PaymentMethod } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog, DialogClose } from '@billhook/ui/dialog';
import { kindName, methodName } from '@billhook/ui/method-name';
import { Badge } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { CreditCard, Wallet } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { ProblemBox } from '../../lib/problem.tsx';

const WARN_MONTHS = 2;

/** Months from the seller's time to the end of the card; below zero once it has run out. */
function monthsLeft(expMonth: number, expYear: number, now: string): number {
  const [year = 0, month = 1] = now.split('-').map(Number);
  return (expYear - year) * 12 + (expMonth - month);
}

function Validity({ method }: { method: PaymentMethod }) {
  const { session } = useMembership();
  const { expMonth, expYear, label, mandate } = method;
  if (expMonth === null || expYear === null) {
    const text = mandate === null ? label : `Mandate ${mandate.reference}`;
    return text === null ? null : <span className="text-muted">{text}</span>;
  }
  const left = monthsLeft(expMonth, expYear, session.seller.now);
  const text = `${`${expMonth}`.padStart(2, '0')}/${expYear}`;
  if (left < 0) return <Badge tone="problem">Ran out {text}</Badge>;
  if (left <= WARN_MONTHS) return <Badge tone="attention">Runs out {text}</Badge>;
  return <span className="text-muted">Valid to {text}</span>;
}

/** A card, with what can be done with it. */
export function MethodRow({ method }: { method: PaymentMethod }) {
  const { api, mayPay } = useMembership();
  const name = methodName(method);
  const Icon = method.kind === 'paypal' ? Wallet : CreditCard;
  const prefer = useCommand(
    (_: undefined, options) => api.paymentMethods.makeDefault(method.id, {}, options),
    () => toast(`${name} is charged from now on`),
  );
  const stand = useCommand(
    (isBackup: boolean, options) => api.paymentMethods.setBackup(method.id, { isBackup }, options),
    (_, isBackup) =>
      toast(isBackup ? `${name} is tried when the default fails` : `${name} is no backup any more`),
  );
  return (
    <li className="border-b border-line py-3 first:border-t">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Icon aria-hidden="true" size={20} strokeWidth={1.5} className="shrink-0 text-faint" />
        <div className="min-w-0 grow basis-40">
          <p className="flex flex-wrap items-center gap-x-2 font-medium">
            {name}
            {method.isDefault ? <Badge tone="ok">Charged by default</Badge> : null}
            {method.isBackup ? <Badge tone="info">Backup</Badge> : null}
          </p>
          <Validity method={method} />
        </div>
        {mayPay ? (
          <div className="flex flex-wrap gap-2">
            {method.isDefault ? null : (
              <>
                <Button size="sm" onClick={() => stand.run(!method.isBackup)} busy={stand.busy}>
                  {method.isBackup ? 'No backup any more' : 'Use as backup'}
                </Button>
                <Button size="sm" onClick={() => prefer.run(undefined)} busy={prefer.busy}>
                  Make default
                </Button>
              </>
            )}
            <RemoveMethod method={method} name={name} />
          </div>
        ) : null}
      </div>
      <ProblemBox error={prefer.error ?? stand.error} />
    </li>
  );
}

function RemoveMethod({ method, name }: { method: PaymentMethod; name: string }) {
  const { api } = useMembership();
  const [open, setOpen] = useState(false);
  const remove = useCommand(
    (_: undefined, options) => api.paymentMethods.remove(method.id, options),
    () => {
      setOpen(false);
      toast(`${name} is removed`);
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        remove.reset();
      }}
      trigger={<Button size="sm">Remove</Button>}
      title={`Remove ${name}?`}
      description="It is not charged any more. Invoices that it paid stay as they are."
      actions={
        <>
          <DialogClose>
            <Button>Keep it</Button>
          </DialogClose>
          <Button variant="danger" onClick={() => remove.run(undefined)} busy={remove.busy}>
            {method.kind === 'card' ? 'Remove the card' : `Remove ${kindName(method.kind)}`}
          </Button>
        </>
      }
    >
      <ProblemBox error={remove.error} />
    </Dialog>
  );
}
