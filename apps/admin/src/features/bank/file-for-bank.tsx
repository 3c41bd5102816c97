import { maskIban } from '@billhook/core/banking/iban';
import { counted } from '@billhook/core/kernel/counted';
import type { BankAccount, RefundToTransfer } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { toast } from '@billhook/ui/toast';
import { ChevronDown } from 'lucide-react';
import { tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { useScope } from '../../lib/scope.tsx';
import { useBankAccounts } from './queries.ts';

/** Refunds that go into the file of an account: those in its currency whose own account is known. */
function fitting(account: BankAccount, transfers: readonly RefundToTransfer[]): readonly RefundToTransfer[] {
  return transfers.filter(
    ({ iban, name, refund }) => iban !== null && name !== null && refund.currency === account.currency,
  );
}

/** The file that transfers what waits, from one of the seller's accounts. */
export function FileForBank({ transfers }: { transfers: readonly RefundToTransfer[] }) {
  const { api } = useScope();
  const accounts = useBankAccounts().data;
  const usable = accounts?.filter((one) => !one.archived && fitting(one, transfers).length > 0) ?? [];
  const save = (id: string) =>
    saveFile(() => api.outgoingTransfers.export({ account: id }), 'transfers.xml').catch((error: Error) =>
      toast('The file could not be downloaded.', { tone: 'problem', detail: tell(error).detail }),
    );
  if (accounts === undefined || transfers.length === 0) return null;
  const [only, ...others] = usable;
  if (only === undefined) {
    return (
      <p className="text-sm text-muted">
        A file for the bank can be made once a refund’s account is known, from a bank account of yours in its
        currency.
      </p>
    );
  }
  const label = 'Download a file for the bank';
  return (
    <div>
      {others.length === 0 ? (
        <Button onClick={() => void save(only.id)}>{label}</Button>
      ) : (
        <Menu
          align="start"
          trigger={
            <Button>
              {label}
              <ChevronDown aria-hidden="true" size={14} className="text-faint" />
            </Button>
          }
          actions={usable.map((account) => ({
            label: <Choice account={account} transfers={transfers} />,
            onSelect: () => void save(account.id),
          }))}
        />
      )}
    </div>
  );
}

function Choice({ account, transfers }: { account: BankAccount; transfers: readonly RefundToTransfer[] }) {
  const { bankName, holder, iban, currency } = account;
  return (
    <>
      From {bankName ?? holder}, <span className="num">{maskIban(iban)}</span>
      <span className="block text-sm text-faint">
        {counted(fitting(account, transfers).length, 'refund')} in {currency}
      </span>
    </>
  );
}
