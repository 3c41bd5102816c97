import { formatIban } from '@billhook/core/banking/iban';
import type { BankStatement } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Dialog } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { Select } from '@billhook/ui/select';
import { toast } from '@billhook/ui/toast';
import { Upload } from 'lucide-react';
import { useId, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useBankAccounts } from './queries.ts';

/** Takes a file of the bank. Says afterwards what came of it. */
export function UploadDialog() {
  const { api } = useScope();
  const accounts = (useBankAccounts().data ?? []).filter(({ archived }) => !archived);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const account = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  const upload = useCommand(
    (input: { account: string; file: File }, options) =>
      api.bankStatements.upload(
        { account: input.account, file: input.file, fileName: input.file.name },
        options,
      ),
    (statement: BankStatement) => {
      toast(saidOf(statement), { detail: statement.fileName });
      setOpen(false);
      setFile(null);
    },
  );
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={Upload}>
          Upload a statement
        </Button>
      }
      title="Which statement?"
      description="camt.053 as XML, or CSV. A file that was taken before adds nothing."
    >
      {account === undefined ? (
        <p>
          First <TextLink href="/settings?tab=documents">add your bank account in the settings</TextLink>.
        </p>
      ) : (
        <Form
          onSubmit={() => {
            if (file !== null) upload.run({ account: account.id, file });
          }}
        >
          {upload.error ? <ProblemState error={upload.error} compact /> : null}
          <Select
            label="Account"
            value={account.id}
            onValueChange={setChosen}
            options={accounts.map(({ id, iban, holder }) => ({
              value: id,
              label: formatIban(iban),
              detail: holder,
            }))}
          />
          <FileField onChoose={setFile} />
          <FormActions>
            <Button onClick={() => setOpen(false)}>Close</Button>
            <Button variant="primary" type="submit" disabled={file === null} busy={upload.busy}>
              Take it
            </Button>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

function FileField({ onChoose }: { onChoose: (file: File | null) => void }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        File
      </label>
      <input
        id={id}
        type="file"
        accept=".xml,.csv,.txt,application/xml,text/xml,text/csv"
        className="file:me-3 file:rounded-md file:border file:border-control file:bg-surface file:px-3 file:py-1.5 file:text-text"
        onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
      />
    </div>
  );
}

function saidOf({ isRepeat, newLines, matchedLines }: BankStatement): string {
  if (isRepeat) return 'This file was taken before. Nothing was added.';
  if (newLines === 0) return 'Every movement of this file was known.';
  return `${newLines} new ${newLines === 1 ? 'movement' : 'movements'}, ${matchedLines} booked.`;
}
