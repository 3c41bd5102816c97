import { useFilters } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Tabs } from '@billhook/ui/tabs';
import { MeterTable } from '../features/catalog/meter-table.tsx';
import { EventTable } from '../features/usage/event-table.tsx';
import { QuarantineTable } from '../features/usage/quarantine-table.tsx';
import { TopCustomers } from '../features/usage/top-customers.tsx';

const TABS = ['events', 'customers', 'quarantine', 'meters'] as const;

/** What customers used, what waits for a decision, and what is measured. */
export function UsageScreen() {
  const [filters, change] = useFilters();
  const tab = TABS.find((key) => key === filters.tab) ?? 'events';
  return (
    <>
      <PageHeader title="Usage" description="Events as they came in. Each counts once." />
      <Tabs
        label="Parts of usage"
        value={tab}
        onValueChange={(key) => change({ tab: key === 'events' ? undefined : key })}
        tabs={[
          { key: 'events', label: 'Events', content: <EventTable /> },
          { key: 'customers', label: 'Top customers', content: <TopCustomers /> },
          { key: 'quarantine', label: 'Quarantine', content: <QuarantineTable /> },
          { key: 'meters', label: 'Meters', content: <MeterTable /> },
        ]}
      />
    </>
  );
}
