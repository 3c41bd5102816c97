import type { Dashboard } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { TextLink } from '@billhook/ui/link';
import { Card, PageHeader, Section } from '@billhook/ui/page-header';
import { CardGrid } from '@billhook/ui/portal-shell';
import { Skeleton } from '@billhook/ui/skeleton';
import { StepList } from '@billhook/ui/step-list';
import { Gauge } from 'lucide-react';
import { MoneyCards } from '../features/dashboard/money-cards.tsx';
import { useDashboard } from '../features/dashboard/use-dashboard.ts';
import { InvoiceTable } from '../features/invoices/invoice-table.tsx';
import { planNameOf } from '../features/plan/which-plan.tsx';
import { StandingBar } from '../features/usage/standing-bar.tsx';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded } from '../lib/read.tsx';

export function DashboardScreen() {
  const { session, customer } = useMembership();
  usePageTitle('Overview', session.seller.name);
  const dashboard = useDashboard();
  return (
    <>
      <PageHeader title="Overview" description={customer.name} />
      <Loaded query={dashboard} skeleton={<Places />}>
        {(data) => (data.subscriptions.length === 0 ? <FirstSteps data={data} /> : <Standing data={data} />)}
      </Loaded>
    </>
  );
}

function Places() {
  return (
    <CardGrid>
      {[1, 2, 3, 4].map((place) => (
        <Card key={place}>
          <Skeleton className="h-5 w-24" />
          <Skeleton className="mt-1 h-9 w-40" />
          <Skeleton className="mt-1 h-5 w-32" />
        </Card>
      ))}
    </CardGrid>
  );
}

function Standing({ data }: { data: Dashboard }) {
  const { base } = useMembership();
  const several = data.subscriptions.length > 1;
  return (
    <div className="flex flex-col gap-8">
      <MoneyCards data={data} />
      <Section title="Usage" actions={<TextLink href={`${base}/usage`}>By day</TextLink>}>
        {data.meters.length === 0 ? (
          <Card>
            <EmptyState icon={Gauge} title="Nothing is counted in this plan">
              You pay the same, however much you use.
            </EmptyState>
          </Card>
        ) : (
          <CardGrid>
            {data.meters.map((standing) => (
              <Card key={`${standing.subscription} ${standing.feature}`}>
                <StandingBar
                  standing={standing}
                  plan={several ? planNameOf(data, standing.subscription) : undefined}
                />
              </Card>
            ))}
          </CardGrid>
        )}
      </Section>
      <OpenInvoices data={data} />
    </div>
  );
}

function OpenInvoices({ data }: { data: Dashboard }) {
  const { base } = useMembership();
  return (
    <Section title="Open invoices" actions={<TextLink href={`${base}/invoices`}>All invoices</TextLink>}>
      {data.openInvoices.length === 0 ? (
        <p className="text-muted">Everything is paid.</p>
      ) : (
        <InvoiceTable label="Open invoices" invoices={data.openInvoices} />
      )}
    </Section>
  );
}

function FirstSteps({ data }: { data: Dashboard }) {
  const { base, session } = useMembership();
  return (
    <div className="flex flex-col gap-8">
      <Card>
        <h2 className="mb-4 text-md font-semibold">
          Three steps to your first day with {session.seller.name}
        </h2>
        <StepList
          steps={[
            { title: 'Create your account', state: 'done' },
            {
              title: 'Choose a plan',
              state: 'current',
              children: (
                <LinkButton variant="primary" href={`${base}/pricing`}>
                  See plans and prices
                </LinkButton>
              ),
            },
            { title: 'Pay, and see your usage here', state: 'todo' },
          ]}
        />
      </Card>
      {data.openInvoices.length > 0 ? <OpenInvoices data={data} /> : null}
    </div>
  );
}
