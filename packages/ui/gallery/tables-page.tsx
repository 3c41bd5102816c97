import { useState } from 'react';
import { Button } from '../src/button.tsx';
import { CopyText } from '../src/copy-text.tsx';
import { DataTable } from '../src/data-table.tsx';
import { DateText } from '../src/date-text.tsx';
import { SideSheet } from '../src/dialog.tsx';
import { EmptyState } from '../src/empty-state.tsx';
import { ErrorState } from '../src/error-state.tsx';
import { Money } from '../src/money.tsx';
import { Section } from '../src/page-header.tsx';
import { Status, type Tone } from '../src/status.tsx';
import type { Column, SortState } from '../src/table-model.ts';
import { Frame } from './frame.tsx';

export interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly customer: string;
  readonly issued: string;
  readonly state: string;
  readonly tone: Tone;
  readonly amountMinor: string;
  readonly currency: string;
}

const NAMES = [
  'Emma Bauer',
  'Bauer und Söhne Vermögensverwaltungsgesellschaft mbH',
  'Lucas Martin',
  'Noor de Vries',
  'شركة النور للتجارة',
  'Q',
];
const STATES: readonly (readonly [string, Tone])[] = [
  ['Paid', 'ok'],
  ['Open', 'info'],
  ['Past due', 'attention'],
  ['Failed', 'problem'],
  ['Draft', 'neutral'],
];
const AMOUNTS = ['2900', '5900', '-1240', '123456789', '0', '9900', '63'];

export const INVOICES: readonly Invoice[] = Array.from({ length: 14 }, (_, index) => {
  const [state, tone] = STATES[index % STATES.length] ?? ['Draft', 'neutral'];
  return {
    id: `inv_01jx8w7k3q4r${index}`,
    number: `INV-${String(index + 41).padStart(4, '0')}`,
    customer: NAMES[index % NAMES.length] ?? '',
    issued: `2026-0${(index % 6) + 1}-0${(index % 9) + 1}T08:00:00Z`,
    state,
    tone,
    amountMinor: AMOUNTS[index % AMOUNTS.length] ?? '0',
    currency: index % 3 === 2 ? 'USD' : 'EUR',
  };
});

export const COLUMNS: readonly Column<Invoice, 'issued' | 'amount'>[] = [
  {
    key: 'number',
    header: 'Number',
    cell: (row) => <span className="num whitespace-nowrap">{row.number}</span>,
  },
  {
    key: 'customer',
    header: 'Customer',
    fill: true,
    cell: (row) => row.customer,
  },
  { key: 'state', header: 'State', cell: (row) => <Status tone={row.tone}>{row.state}</Status> },
  {
    key: 'issued',
    header: 'Issued',
    sort: 'issued',
    wideOnly: true,
    cell: (row) => <DateText value={row.issued} />,
  },
  { key: 'id', header: 'Id', wideOnly: true, cell: (row) => <CopyText text={row.id} /> },
  {
    key: 'amount',
    header: 'Amount',
    numeric: true,
    sort: 'amount',
    cell: (row) => <Money amountMinor={row.amountMinor} currency={row.currency} />,
  },
];

export function TablesPage() {
  const [sort, setSort] = useState<SortState<'issued' | 'amount'>>({ by: 'issued', descending: true });
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set([INVOICES[1]?.id ?? '']));
  const [open, setOpen] = useState<Invoice | null>(null);
  return (
    <Frame title="Tables">
      <Section title="Rows that open, sort and can be selected">
        <DataTable
          label="Invoices"
          columns={COLUMNS}
          rows={INVOICES}
          rowKey={(row) => row.id}
          rowName={(row) => row.number}
          onOpen={setOpen}
          openKey={open?.id}
          sort={sort}
          onSortChange={setSort}
          onLoadMore={() => {}}
          countText="14 of 10,000"
          selection={{ keys, onChange: setKeys, actions: <Button size="sm">Send again</Button> }}
        />
      </Section>
      <Section title="Dense">
        <DataTable
          label="Dense invoices"
          columns={COLUMNS}
          rows={INVOICES.slice(0, 5)}
          rowKey={(row) => row.id}
          dense
          hotkeys={false}
        />
      </Section>
      <Section title="Loading">
        <DataTable
          label="Loading invoices"
          columns={COLUMNS}
          rows={[]}
          rowKey={(row) => row.id}
          loading
          loadingRows={4}
          hotkeys={false}
        />
      </Section>
      <Section title="Empty">
        <DataTable
          label="No invoices"
          columns={COLUMNS}
          rows={[]}
          rowKey={(row) => row.id}
          hotkeys={false}
          empty={
            <EmptyState
              title="No invoices yet"
              command={{ label: 'Command', code: 'billhook clock advance --to 2026-06-01' }}
            >
              The next one is due on Mon 1 Jun. Move the clock there to see it.
            </EmptyState>
          }
        />
      </Section>
      <Section title="Nothing matches the filters">
        <DataTable
          label="Filtered invoices"
          columns={COLUMNS}
          rows={[]}
          rowKey={(row) => row.id}
          hotkeys={false}
          empty={<EmptyState title="No invoice matches." action={<Button>Clear filters</Button>} />}
        />
      </Section>
      <Section title="Failed">
        <DataTable
          label="Failed invoices"
          columns={COLUMNS}
          rows={[]}
          rowKey={(row) => row.id}
          hotkeys={false}
          error={
            <ErrorState
              title="The invoices could not be loaded."
              requestId="req_01jx8w7k3q4r5"
              onRetry={() => {}}
            >
              Nothing was changed. Try again in a moment.
            </ErrorState>
          }
        />
      </Section>
      <SideSheet
        open={open !== null}
        onOpenChange={(next) => (next ? null : setOpen(null))}
        title={open?.number ?? ''}
        description={open?.customer}
      >
        <p>The list beside stays in use.</p>
      </SideSheet>
    </Frame>
  );
}
