import { Button } from '@billhook/ui/button';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { CampaignTable } from '../features/dunning/campaign-table.tsx';
import { CreateCampaignDialog } from '../features/dunning/create-campaign.tsx';
import { Funnel } from '../features/dunning/funnel.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

/** What happens when invoices stay unpaid, and what it brings. */
export function DunningScreen() {
  const mayChange = useMay(ROLES.money);
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Dunning"
        description="What happens on which day when an invoice stays unpaid, and what it brings."
        actions={
          mayChange ? (
            <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
              New campaign
            </Button>
          ) : null
        }
      />
      <div className="flex flex-col gap-10">
        <Section title="Campaigns">
          <CampaignTable />
        </Section>
        <Funnel />
      </div>
      <CreateCampaignDialog open={creating} onClose={() => setCreating(false)} />
    </>
  );
}
