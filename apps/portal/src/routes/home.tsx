import type { DemoStatus } from '@billhook/sdk/generated/types';
import { createBillhook } from '@billhook/sdk/operator';
import { LinkButton } from '@billhook/ui/button';
import { EmptyState } from '@billhook/ui/empty-state';
import { Section } from '@billhook/ui/page-header';
import { PortalShell } from '@billhook/ui/portal-shell';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { ThemeToggle } from '@billhook/ui/theme';
import { useQuery } from '@tanstack/react-query';
import { Store } from 'lucide-react';
import { BusinessRow } from '../features/demo/business-row.tsx';
import { usePageTitle } from '../lib/page-title.ts';
import { Loaded } from '../lib/read.tsx';

const api = createBillhook({ baseUrl: location.origin });
const isOver = ({ state }: DemoStatus) => state === 'ready' || state === 'off' || state === 'failed';

/** The first page of a server: which businesses run on it, and how far their history has come. */
export function HomeScreen() {
  usePageTitle('Billhook');
  const query = useQuery({
    queryKey: ['demo'],
    queryFn: ({ signal }) => api.demo.status({ signal }),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : 1_500),
  });
  return (
    <PortalShell
      brand={<Mark />}
      items={[]}
      places={[]}
      path="/"
      tools={
        <>
          <ThemeToggle />
          <LinkButton variant="primary" href="/admin">
            Open admin
          </LinkButton>
        </>
      }
      footer="All people and payments here are made up. Nothing leaves this machine."
    >
      <Loaded query={query} skeleton={<Skeleton className="h-80 w-full" />}>
        {(status) => <Businesses status={status} />}
      </Loaded>
    </PortalShell>
  );
}

function Mark() {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <span
        aria-hidden="true"
        className="grid size-6 place-items-center rounded-md bg-accent text-sm text-on-accent"
      >
        B
      </span>
      Billhook
    </span>
  );
}

function Businesses({ status }: { status: DemoStatus }) {
  if (status.tenants.length === 0) {
    return (
      <EmptyState
        isPage
        icon={Store}
        title="No demo runs here"
        action={<LinkButton href="/admin">Open admin</LinkButton>}
        command={{
          label: 'Your own plans, from a file',
          code: 'npm run billhook -- catalogue push catalogue.json',
        }}
      >
        Sign in to the admin app to make plans. Each business then has a portal of its own.
      </EmptyState>
    );
  }
  return (
    <>
      <div className="flex max-w-2xl flex-col gap-2 pt-6 pb-10">
        <h1 className="text-xl font-semibold tracking-[-0.018em]">See a subscription business at work</h1>
        <p className="text-md text-muted">
          Look at their prices, sign up and pay with the test card 4242 4242 4242 4242. Then open the admin
          app and see the money arrive.
        </p>
      </div>
      <List status={status} />
    </>
  );
}

function List({ status }: { status: DemoStatus }) {
  return (
    <Section
      title="Businesses"
      description={
        isOver(status)
          ? 'Each has its history, made by the real engine: sign-ups, upgrades, failed payments, refunds.'
          : `Six months of history are being made by the real engine: ${status.percent} %. You can look around already.`
      }
    >
      {status.fault ? (
        <div className="mb-4">
          <Banner tone="attention" title="The history stopped early">
            {status.fault}
          </Banner>
        </div>
      ) : null}
      <ul>
        {status.tenants.map((tenant) => (
          <BusinessRow key={tenant.slug} tenant={tenant} />
        ))}
      </ul>
    </Section>
  );
}
