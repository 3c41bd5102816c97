import { formatIban } from '@billhook/core/banking/iban';
import type { BankAccount, CreateBankAccount } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { useBankAccounts } from '../bank/queries.ts';
import { CsvMappingSheet } from './csv-mapping-sheet.tsx';

/** The accounts that customers transfer to. Invoices that are paid by hand name them. */
export function BankAccounts() {
  const { api } = useScope();
  const may = useMay(ROLES.money);
  const accounts = useBankAccounts().data;
  const [isAdding, setAdding] = useState(false);
  const [mapping, setMapping] = useState<BankAccount | null>(null);
  const change = useCommand(
    ({ id, archived }: { id: string; archived: boolean }, options) =>
      api.bankAccounts.update(id, { archived }, options),
    () => toast('The account is changed.'),
  );
  if (accounts === undefined) return null;
  return (
    <Section
      title="Bank accounts"
      description="Invoices that are not collected automatically say how they are paid by transfer to the newest one in their currency."
    >
      <ul>
        {accounts.map((account) => (
          <li
            key={account.id}
            className="flex flex-wrap items-baseline justify-between gap-3 border-b border-line py-2"
          >
            <span className="min-w-0">
              <span className="num">{formatIban(account.iban)}</span>{' '}
              <span className="text-muted">
                {account.currency}, {account.holder}
                {account.archived ? ', not in use' : ''}
              </span>
            </span>
            {may ? (
              <span className="flex gap-1">
                <Button size="sm" variant="quiet" onClick={() => setMapping(account)}>
                  CSV files
                </Button>
                <Button
                  size="sm"
                  variant="quiet"
                  onClick={() => change.run({ id: account.id, archived: !account.archived })}
                >
                  {account.archived ? 'Use again' : 'Take out of use'}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {accounts.length === 0 ? <p className="text-muted">None yet: nothing is paid by transfer.</p> : null}
      {may ? (
        <div className="pt-3">
          <Button onClick={() => setAdding(true)}>Add an account</Button>
        </div>
      ) : null}
      <SideSheet open={isAdding} onOpenChange={setAdding} title="Add a bank account">
        {isAdding ? <AccountForm onDone={() => setAdding(false)} /> : null}
      </SideSheet>
      <CsvMappingSheet account={mapping} onClose={() => setMapping(null)} />
    </Section>
  );
}

type Fields = { holder: string; iban: string; bic: string; bankName: string; currency: string };

function AccountForm({ onDone }: { onDone: () => void }) {
  const { api, tenant } = useScope();
  const add = useCommand(
    (body: CreateBankAccount, options) => api.bankAccounts.create(body, options),
    () => {
      toast('The account is added.');
      onDone();
    },
  );
  return (
    <Form<Fields>
      onSubmit={({ holder, iban, bic, bankName, currency }) =>
        add.run({
          holder: holder.trim(),
          iban: iban.trim(),
          currency: currency.trim().toUpperCase(),
          ...(bic ? { bic: bic.replaceAll(' ', '') } : {}),
          ...(bankName ? { bankName: bankName.trim() } : {}),
        })
      }
      {...formProblem(add.error)}
    >
      <TextField name="holder" label="Account holder" required maxLength={70} />
      <TextField name="iban" label="IBAN" required maxLength={42} spellCheck={false} />
      <TextField
        name="bic"
        label="BIC"
        optional
        maxLength={11}
        spellCheck={false}
        hint="Needed outside of the EEA."
      />
      <TextField name="bankName" label="Bank" optional maxLength={100} />
      <TextField name="currency" label="Currency" required maxLength={3} defaultValue={tenant.currency} />
      <FormActions>
        <Button onClick={onDone}>Close</Button>
        <Button variant="primary" type="submit" busy={add.busy}>
          Add the account
        </Button>
      </FormActions>
    </Form>
  );
}
