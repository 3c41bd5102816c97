import type { CreateImport, DataImport } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { Upload } from 'lucide-react';
import { useId, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Kind = DataImport['kind'];
type Fields = { mapping?: string };

/** The columns that each kind reads, for whoever prepares a file. */
const COLUMNS: Readonly<Record<Kind, string>> = {
  customers:
    'external_id and name; also email, currency, time_zone, country, line1, line2, postal_code, city, region, tax_id, tax_exempt, payment_terms_days, locale',
  subscriptions:
    'external_id, customer and plan; also quantity, currency, start_at, trial_days, paid_until, collection',
};

/** One `field=column` a line, as the API takes it. */
function mappingOf(text: string): string {
  const pairs = text.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
  });
  return JSON.stringify(Object.fromEntries(pairs));
}

/** Takes a file and opens its dry run. */
export function ImportSheet({ onBegun }: { onBegun: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <SideSheet
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={Upload}>
          New import
        </Button>
      }
      title="What shall be imported?"
      description="First you see line by line what would be done. Nothing is written before you say so."
    >
      <ImportForm
        onClose={() => setOpen(false)}
        onBegun={(id) => {
          setOpen(false);
          onBegun(id);
        }}
      />
    </SideSheet>
  );
}

function ImportForm({ onClose, onBegun }: { onClose: () => void; onBegun: (id: string) => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<Kind>('customers');
  const [delimiter, setDelimiter] = useState<NonNullable<CreateImport['delimiter']>>(',');
  const [file, setFile] = useState<File | null>(null);
  const fileId = useId();
  const begin = useCommand(
    (input: CreateImport & { file: File }, options) =>
      api.imports.upload({ ...input, fileName: input.file.name }, options),
    ({ id }: DataImport) => onBegun(id),
  );
  return (
    <Form<Fields>
      onSubmit={({ mapping = '' }) => {
        if (file !== null) begin.run({ kind, delimiter, mapping: mappingOf(mapping), file });
      }}
      {...formProblem(begin.error)}
    >
      <Select
        label="Rows are"
        value={kind}
        onValueChange={setKind}
        options={[
          { value: 'customers', label: 'Customers' },
          { value: 'subscriptions', label: 'Subscriptions' },
        ]}
      />
      <p className="text-sm text-muted">Columns: {COLUMNS[kind]}.</p>
      <Select
        label="Cells are parted by"
        value={delimiter}
        onValueChange={setDelimiter}
        options={[
          { value: ',', label: 'Comma' },
          { value: ';', label: 'Semicolon' },
          { value: '\t', label: 'Tab' },
        ]}
      />
      <div className="flex flex-col gap-1">
        <label htmlFor={fileId} className="text-sm font-medium">
          CSV file in UTF-8, with headings
        </label>
        <input
          id={fileId}
          type="file"
          accept=".csv,.txt,text/csv"
          className="file:me-3 file:rounded-md file:border file:border-control file:bg-surface file:px-3 file:py-1.5 file:text-text"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
      </div>
      <TextField
        name="mapping"
        label="Columns of other names"
        hint="One a line: field=column"
        placeholder="name=Company"
        lines={3}
        mono
        optional
      />
      <FormActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="primary" type="submit" disabled={file === null} busy={begin.busy}>
          Show what would be done
        </Button>
      </FormActions>
    </Form>
  );
}
