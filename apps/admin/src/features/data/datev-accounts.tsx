import type { DatevSettings } from '@billhook/sdk/generated/types';
import { TextField } from '@billhook/ui/text-field';
import { accountName } from '../ledger/account-name.ts';

export interface DatevAccountsProps {
  /** Accounts of the ledger. */
  readonly accounts: readonly string[];
  /** What is known or proposed of one at the tax adviser. */
  readonly known: (account: string) => DatevSettings['accounts'][number] | undefined;
  readonly disabled: boolean;
}

const rowClass =
  'grid grid-cols-2 items-center gap-x-4 gap-y-1 border-b border-line py-2 sm:grid-cols-[minmax(0,1fr)_10rem_8rem]';

/** Which account of the ledger is which at the tax adviser, one a row. */
export function DatevAccounts({ accounts, known, disabled }: DatevAccountsProps) {
  return (
    <div>
      <p className="mb-3 text-sm text-muted">
        Each account of the books with its number at the tax adviser. The tax key is 40 where the account
        there is automatic, and mostly empty.
      </p>
      <div aria-hidden="true" className={`${rowClass} text-sm font-medium text-muted max-sm:hidden`}>
        <span>Account</span>
        <span>Number</span>
        <span>Tax key</span>
      </div>
      {accounts.map((account) => {
        const name = accountName(account);
        const found = known(account);
        const shared = { hideLabel: true, inputMode: 'numeric', disabled } as const;
        return (
          <div key={account} className={rowClass}>
            <span className="max-sm:col-span-2">{name}</span>
            <TextField
              {...shared}
              name={`number ${account}`}
              label={`Number of ${name}`}
              placeholder="Number"
              maxLength={9}
              defaultValue={found?.number ?? ''}
            />
            <TextField
              {...shared}
              name={`key ${account}`}
              label={`Tax key of ${name}`}
              placeholder="None"
              maxLength={4}
              defaultValue={found?.taxKey ?? ''}
            />
          </div>
        );
      })}
    </div>
  );
}
