import type { CreateExport, DataExport } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form, FormActions } from '@billhook/ui/form';
import type { SearchOption } from '@billhook/ui/search-select';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { FileDown } from 'lucide-react';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { CustomerSearch } from '../../lib/customer-search.tsx';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { FORMATS, KINDS, type Kind } from './queries.ts';

type Fields = { from?: string; to?: string; currency?: string };

const kinds = Object.keys(KINDS) as Kind[];

/** Says what is taken out, of which days, and as what. */
export function ExportSheet() {
  const [open, setOpen] = useState(false);
  return (
    <SideSheet
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={FileDown}>
          New export
        </Button>
      }
      title="What shall be exported?"
      description="It is written in the background. You can leave this page."
    >
      <ExportForm onDone={() => setOpen(false)} />
    </SideSheet>
  );
}

function ExportForm({ onDone }: { onDone: () => void }) {
  const { api } = useScope();
  const [kind, setKind] = useState<Kind>('invoices');
  const [customer, setCustomer] = useState<SearchOption | null>(null);
  const [format, setFormat] = useState<DataExport['format']>('csv');
  const begin = useCommand(
    (body: CreateExport, options) => api.exports.create(body, options),
    ({ kind: begun }: DataExport) => {
      toast(`${KINDS[begun].word}: the export has begun.`);
      onDone();
    },
  );
  const { formats } = KINDS[kind];
  const isWhole = kind === 'customer';
  return (
    <Form<Fields>
      onSubmit={({ from, to, currency }) =>
        begin.run({
          kind,
          format: formats.includes(format) ? format : (formats[0] ?? 'csv'),
          ...(from ? { from } : {}),
          ...(to ? { to } : {}),
          ...(currency ? { currency: currency.toUpperCase() } : {}),
          ...(isWhole && customer !== null ? { customer: customer.value } : {}),
        })
      }
      {...formProblem(begin.error)}
    >
      <Select
        label="Export"
        value={kind}
        onValueChange={setKind}
        options={kinds.map((value) => ({ value, label: KINDS[value].word, detail: KINDS[value].detail }))}
      />
      {formats.length > 1 ? (
        <Select
          label="Format"
          value={format}
          onValueChange={setFormat}
          options={formats.map((value) => ({ value, label: FORMATS[value] }))}
        />
      ) : null}
      {isWhole ? (
        <CustomerSearch label="Customer" chosen={customer} onChoose={setCustomer} />
      ) : (
        <>
          <TextField name="from" label="First day" type="date" optional={kind !== 'datev'} />
          <TextField name="to" label="Last day" type="date" optional={kind !== 'datev'} />
          <TextField
            name="currency"
            label="Currency"
            placeholder="EUR"
            maxLength={3}
            optional={kind !== 'datev'}
          />
        </>
      )}
      <FormActions>
        <Button onClick={onDone}>Close</Button>
        <Button variant="primary" type="submit" busy={begin.busy} disabled={isWhole && customer === null}>
          Begin the export
        </Button>
      </FormActions>
    </Form>
  );
}
