import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { toast } from '@billhook/ui/toast';
import { Download } from 'lucide-react';
import { DocumentTable } from '../features/documents/document-table.tsx';
import { RunningBillRun } from '../features/invoices/bill-run.tsx';
import { InvoiceTable } from '../features/invoices/invoice-table.tsx';
import { NoteTable } from '../features/invoices/note-table.tsx';
import { INVOICE_STATES, useInvoices } from '../features/invoices/queries.ts';
import { ChoiceFilter, FilterBar, SearchFilter } from '../lib/filter-bar.tsx';
import { tell } from '../lib/problem.tsx';
import { saveFile } from '../lib/save-file.ts';
import { useScope } from '../lib/scope.tsx';
import { INVOICE_STATUS } from '../lib/words.ts';

const TABS = ['invoices', 'credit-notes', 'documents'] as const;

/** Documents: invoices, the credit notes that correct them, and those beside the books. */
export function InvoicesScreen() {
  const { api, tenant } = useScope();
  const [filters, change] = useFilters();
  const exportAll = () =>
    saveFile(() => api.invoices.export({ format: 'csv' }), `${tenant.slug}-invoice-lines.csv`).catch(
      (error: Error) => toast('The export failed.', { tone: 'problem', detail: tell(error).detail }),
    );
  return (
    <>
      <PageHeader
        title="Invoices"
        actions={
          <Button icon={Download} onClick={() => void exportAll()}>
            Export lines as CSV
          </Button>
        }
      />
      <RunningBillRun />
      <Tabs
        label="Documents"
        value={TABS.find((tab) => tab === filters.tab) ?? 'invoices'}
        onValueChange={(tab) =>
          change({
            tab: tab === 'invoices' ? undefined : tab,
            q: undefined,
            status: undefined,
            kind: undefined,
          })
        }
        tabs={[
          { key: 'invoices', label: 'Invoices', content: <Invoices /> },
          { key: 'credit-notes', label: 'Credit notes', content: <NoteTable /> },
          { key: 'documents', label: 'Other documents', content: <DocumentTable /> },
        ]}
      />
    </>
  );
}

function Invoices() {
  const [filters, change] = useFilters();
  const { q, status, kind } = filters;
  const list = useInvoices({ q, status, kind });
  const filtered = Boolean(q || status || kind);
  return (
    <>
      <FilterBar>
        <SearchFilter label="Part of the number" />
        <ChoiceFilter
          name="status"
          label="Status"
          all="Every status"
          options={INVOICE_STATES.map((value) => ({ value, label: INVOICE_STATUS[value].word }))}
        />
        <ChoiceFilter
          name="kind"
          label="Kind"
          all="Invoices and debit notes"
          options={[
            { value: 'invoice', label: 'Invoices' },
            { value: 'debit_note', label: 'Debit notes' },
          ]}
        />
      </FilterBar>
      <InvoiceTable
        list={list}
        onClearFilters={
          filtered ? () => change({ q: undefined, status: undefined, kind: undefined }) : undefined
        }
      />
    </>
  );
}
