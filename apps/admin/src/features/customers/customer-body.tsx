import type { CustomerOverview } from '@billhook/sdk/generated/types';
import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Section } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { CustomerCredits } from '../credits/customer-credits.tsx';
import { CustomerDocuments } from '../documents/customer-documents.tsx';
import { RunPanel } from '../dunning/run-panel.tsx';
import { EventList, inRows } from '../home/event-list.tsx';
import { InvoiceTable } from '../invoices/invoice-table.tsx';
import { useInvoices } from '../invoices/queries.ts';
import { PaymentTable } from '../payments/payment-table.tsx';
import { usePayments } from '../payments/queries.ts';
import { SubscriptionCard } from '../subscriptions/subscription-card.tsx';
import { CustomerUsage } from '../usage/customer-usage.tsx';
import { CustomerCertificates } from './customer-certificates.tsx';
import { CustomerFacts, Members, PaymentMethods } from './customer-facts.tsx';
import { CustomerPhone } from './customer-phone.tsx';
import { CustomerTax } from './customer-tax.tsx';
import { PlanComparison } from './plan-comparison.tsx';
import { RightsPanel } from './rights-panel.tsx';
import { UsageMeters } from './usage-meters.tsx';

const TABS = [
  'overview',
  'usage',
  'invoices',
  'documents',
  'payments',
  'credits',
  'rights',
  'plans',
  'timeline',
] as const;

/** The parts of a customer's page. The tab stands in the address. */
export function CustomerBody({ overview }: { overview: CustomerOverview }) {
  const [filters, change] = useFilters();
  const tab = TABS.find((key) => key === filters.tab) ?? 'overview';
  return (
    <Tabs
      label="Parts of the customer"
      value={tab}
      onValueChange={(key) => change({ tab: key === 'overview' ? undefined : key })}
      tabs={[
        { key: 'overview', label: 'Overview', content: <Overview overview={overview} /> },
        { key: 'usage', label: 'Usage', content: <CustomerUsage customer={overview.customer.id} /> },
        { key: 'invoices', label: 'Invoices', content: <Invoices customer={overview.customer.id} /> },
        { key: 'documents', label: 'Documents', content: <CustomerDocuments overview={overview} /> },
        { key: 'payments', label: 'Payments', content: <Payments customer={overview.customer.id} /> },
        { key: 'credits', label: 'Credits', content: <CustomerCredits customer={overview.customer.id} /> },
        {
          key: 'rights',
          label: 'Entitlements',
          content: <RightsPanel overview={overview} />,
        },
        {
          key: 'plans',
          label: 'Best plan',
          content: <PlanComparison overview={overview} />,
        },
        {
          key: 'timeline',
          label: 'Timeline',
          content:
            overview.recentEvents.length === 0 ? (
              <p className="text-muted">Nothing has happened yet.</p>
            ) : (
              <div className="max-w-2xl">
                <EventList rows={inRows(overview.recentEvents)} showCustomer={false} />
              </div>
            ),
        },
      ]}
    />
  );
}

function Overview({ overview }: { overview: CustomerOverview }) {
  const { settings } = useScope().tenant;
  const waits = (overview.customer.invoiceConsolidation ?? settings.invoiceConsolidation) !== 'as_due';
  const sorted = overview.subscriptions.toSorted(
    (a, b) => Number(a.status === 'canceled') - Number(b.status === 'canceled'),
  );
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-8">
        <Section title="Subscriptions">
          {sorted.length === 0 ? (
            <p className="text-muted">None yet. Start one with the button above.</p>
          ) : (
            <div className="flex flex-col gap-3">
              {sorted.map((subscription) => (
                <SubscriptionCard key={subscription.id} subscription={subscription} waits={waits} />
              ))}
            </div>
          )}
        </Section>
        <Section title="Usage">
          <UsageMeters usage={overview.usage} subscriptions={overview.subscriptions} />
        </Section>
      </div>
      <div className="flex min-w-0 flex-col gap-8">
        <RunPanel customer={overview.customer.id} />
        <Section title="Details">
          <CustomerFacts overview={overview} />
        </Section>
        <CustomerPhone customer={overview.customer.id} />
        <CustomerTax customer={overview.customer.id} />
        <CustomerCertificates customer={overview.customer} />
        <Section title="Payment methods">
          <PaymentMethods overview={overview} />
        </Section>
        <Section title="People in the portal">
          <Members overview={overview} />
        </Section>
        <PersonalData />
      </div>
    </div>
  );
}

/** The way to erasing the customer, for who deals with it. */
function PersonalData() {
  const [, change] = useFilters();
  if (!useMay(ROLES.money)) return null;
  return (
    <Section title="Personal data" description="Erase the customer, or put it on legal hold.">
      <Button onClick={() => change({ privacy: '1' })}>Erase or hold</Button>
    </Section>
  );
}

function Invoices({ customer }: { customer: string }) {
  return <InvoiceTable list={useInvoices({ customer })} withCustomer={false} />;
}

function Payments({ customer }: { customer: string }) {
  return <PaymentTable list={usePayments({ customer })} withCustomer={false} />;
}
