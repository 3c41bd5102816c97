import { CreditCard, FileText, House, Layers, Mail, Package, Users } from 'lucide-react';
import { useState } from 'react';
import { AppShell } from '../src/app-shell.tsx';
import { Button } from '../src/button.tsx';
import { DataTable } from '../src/data-table.tsx';
import { SideSheet } from '../src/dialog.tsx';
import { KeyValue } from '../src/key-value.tsx';
import { Money, Quantity } from '../src/money.tsx';
import { PageHeader } from '../src/page-header.tsx';
import { Stat, StatRow } from '../src/stat.tsx';
import { Status } from '../src/status.tsx';
import { SearchField } from '../src/text-field.tsx';
import { ThemeToggle } from '../src/theme.tsx';
import { COLUMNS, INVOICES, type Invoice } from './tables-page.tsx';

const HOME = { label: 'Home', href: '/admin', icon: House, exact: true };
const CUSTOMERS = { label: 'Customers', href: '/admin/customers', icon: Users };
const INVOICES_PLACE = { label: 'Invoices', href: '/admin/invoices', icon: FileText, count: 7 };
const PLANS = { label: 'Plans', href: '/admin/plans', icon: Package };

export function Brand({ collapsed }: { collapsed: boolean }) {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span
        aria-hidden="true"
        className="grid size-6 place-items-center rounded-md bg-accent text-sm text-on-accent"
      >
        B
      </span>
      <span className={collapsed ? 'sr-only' : ''}>Billhook</span>
    </span>
  );
}

export function AdminPage() {
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<Invoice | null>(null);
  return (
    <AppShell
      brand={(collapsed) => <Brand collapsed={collapsed} />}
      groups={[
        { items: [HOME] },
        {
          title: 'Business',
          items: [
            CUSTOMERS,
            INVOICES_PLACE,
            { label: 'Payments', href: '/admin/payments', icon: CreditCard },
          ],
        },
        { title: 'Catalogue', items: [PLANS, { label: 'Features', href: '/admin/features', icon: Layers }] },
        { title: 'Sandbox', items: [{ label: 'Mailbox', href: '/admin/mailbox', icon: Mail }] },
      ]}
      places={[HOME, CUSTOMERS, INVOICES_PLACE, PLANS]}
      path="/admin/invoices"
      environment={{ name: 'Concierge sandbox', kind: 'sandbox' }}
      onSearch={() => {}}
      tools={<ThemeToggle />}
    >
      <PageHeader
        title="Invoices"
        description="What was billed, and what is still open."
        actions={
          <>
            <SearchField label="Filter invoices" value={query} onValueChange={setQuery} />
            <Button variant="primary">Create invoice</Button>
          </>
        }
      />
      <StatRow>
        <Stat label="Open" value={<Money amountMinor="35110" currency="EUR" />} note="7 invoices" />
        <Stat
          label="Past due"
          value={<Money amountMinor="8700" currency="EUR" />}
          delta={{ text: '2 more than in April', reading: 'bad' }}
        />
        <Stat
          label="Paid in May"
          value={<Money amountMinor="1249140" currency="EUR" />}
          note="412 invoices"
        />
      </StatRow>
      <div className="mt-4">
        <DataTable
          label="Invoices"
          columns={COLUMNS}
          rows={INVOICES}
          rowKey={(row) => row.id}
          onOpen={setOpen}
          openKey={open?.id}
          onLoadMore={() => {}}
          countText={
            <>
              14 of <Quantity value="10000" />
            </>
          }
        />
      </div>
      <SideSheet
        open={open !== null}
        onOpenChange={(next) => (next ? null : setOpen(null))}
        title={open?.number ?? ''}
        description={open?.customer}
        actions={<Button variant="primary">Send again</Button>}
      >
        {open ? (
          <KeyValue
            items={[
              { label: 'State', value: <Status tone={open.tone}>{open.state}</Status> },
              { label: 'Amount', value: <Money amountMinor={open.amountMinor} currency={open.currency} /> },
            ]}
          />
        ) : null}
      </SideSheet>
    </AppShell>
  );
}
