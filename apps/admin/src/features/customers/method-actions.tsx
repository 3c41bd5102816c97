import type { PaymentMethod } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { methodName } from '@billhook/ui/method-name';
import { toast } from '@billhook/ui/toast';
import { MoreHorizontal } from 'lucide-react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { useMay, useScope } from '../../lib/scope.tsx';

type Role = 'default' | 'backup' | 'none';

/** What staff may do with a customer's method: which one is charged, which one stands in, and taking it away. */
export function MethodActions({ method }: { method: PaymentMethod }) {
  const { api } = useScope();
  const may = useMay(['owner', 'admin', 'finance', 'support']);
  const name = methodName(method);
  const change = useCommand(
    (role: Role, options) => api.paymentMethods.change(method.id, { role }, options),
    () => toast(`${name} was changed.`),
  );
  const remove = useCommand(
    (_: undefined, options) => api.paymentMethods.remove(method.id, options),
    () => toast(`${name} was removed.`),
  );
  const error = change.error ?? remove.error;
  if (!may) return null;
  return (
    <>
      {error ? <span className="text-sm text-problem">{tell(error).detail}</span> : null}
      <Menu
        trigger={
          <Button size="sm" variant="quiet" aria-label={`What to do with ${name}`}>
            <MoreHorizontal aria-hidden="true" size={16} />
          </Button>
        }
        actions={[
          ...(method.isDefault
            ? []
            : [
                { label: 'Charge this one', onSelect: () => change.run('default') },
                {
                  label: method.isBackup ? 'No backup any more' : 'Use as backup',
                  onSelect: () => change.run(method.isBackup ? 'none' : 'backup'),
                },
              ]),
          { label: 'Remove', onSelect: () => remove.run(undefined), danger: true },
        ]}
      />
    </>
  );
}
