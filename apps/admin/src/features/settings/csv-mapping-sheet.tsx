import type { BankAccount, CsvMapping } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

type Columns = Record<
  | 'bookedOn'
  | 'valueOn'
  | 'amount'
  | 'moneyIn'
  | 'moneyOut'
  | 'currency'
  | 'name'
  | 'iban'
  | 'reference'
  | 'text'
  | 'endToEndId'
  | 'bankReference',
  string
>;
type Fields = Columns & Pick<CsvMapping, 'delimiter' | 'decimalMark' | 'dateFormat'>;

const OPTIONAL = [
  ['valueOn', 'Value date'],
  ['amount', 'Amount, with its sign'],
  ['moneyIn', 'Money in'],
  ['moneyOut', 'Money out'],
  ['currency', 'Currency'],
  ['name', 'Name of the other side'],
  ['iban', 'IBAN of the other side'],
  ['reference', 'Structured reference'],
  ['endToEndId', 'End-to-end id'],
  ['bankReference', 'The bank’s own reference'],
] as const;

/** Says in which columns of the bank's CSV files the figures stand. */
export function CsvMappingSheet({ account, onClose }: { account: BankAccount | null; onClose: () => void }) {
  return (
    <SideSheet
      open={account !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title="How CSV files are read"
      description="Name the columns as in the row of headings. Amounts stand in one column with a sign, or in two."
    >
      {account === null ? null : <MappingForm account={account} onClose={onClose} />}
    </SideSheet>
  );
}

function MappingForm({ account, onClose }: { account: BankAccount; onClose: () => void }) {
  const { api } = useScope();
  const known = account.csvMapping;
  const save = useCommand(
    (csvMapping: CsvMapping, options) => api.bankAccounts.update(account.id, { csvMapping }, options),
    () => {
      toast('CSV files of this account can be read now.');
      onClose();
    },
  );
  return (
    <Form<Fields> onSubmit={(fields) => save.run(mappingOf(fields))} {...formProblem(save.error)}>
      <Notation known={known} />
      <TextField
        name="bookedOn"
        label="Day of booking"
        required
        maxLength={100}
        defaultValue={known?.bookedOn ?? ''}
      />
      {OPTIONAL.map(([name, label]) => (
        <TextField
          key={name}
          name={name}
          label={label}
          optional
          maxLength={100}
          defaultValue={known?.[name] ?? ''}
        />
      ))}
      <TextField
        name="text"
        label="Text"
        optional
        defaultValue={known?.text.join(', ') ?? ''}
        hint="Several columns are put together; separate them by commas."
      />
      <FormActions>
        <Button onClick={onClose}>Close</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save the columns
        </Button>
      </FormActions>
    </Form>
  );
}

/** How figures and days are written in the files. */
function Notation({ known }: { known: CsvMapping | null }) {
  return (
    <>
      <Select
        name="delimiter"
        label="Between columns"
        defaultValue={known?.delimiter ?? ';'}
        options={[
          { value: ';', label: 'Semicolon' },
          { value: ',', label: 'Comma' },
          { value: '\t', label: 'Tab' },
        ]}
      />
      <Select
        name="decimalMark"
        label="Decimal mark"
        defaultValue={known?.decimalMark ?? ','}
        options={[
          { value: ',', label: 'Comma: 1.234,56' },
          { value: '.', label: 'Point: 1,234.56' },
        ]}
      />
      <Select
        name="dateFormat"
        label="Days"
        defaultValue={known?.dateFormat ?? 'DD.MM.YYYY'}
        options={(['DD.MM.YYYY', 'DD.MM.YY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY-MM-DD'] as const).map(
          (value) => ({
            value,
            label: value,
          }),
        )}
      />
    </>
  );
}

function mappingOf(fields: Fields): CsvMapping {
  const named = OPTIONAL.flatMap(([name]) => {
    const column = fields[name].trim();
    return column === '' ? [] : [[name, column]];
  });
  return {
    delimiter: fields.delimiter,
    decimalMark: fields.decimalMark,
    dateFormat: fields.dateFormat,
    bookedOn: fields.bookedOn.trim(),
    text: fields.text
      .split(',')
      .map((column) => column.trim())
      .filter((column) => column !== ''),
    ...Object.fromEntries(named),
  };
}
