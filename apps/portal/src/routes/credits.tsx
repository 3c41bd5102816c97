import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { Coins } from 'lucide-react';
import { BalanceCard } from '../features/credits/balance-card.tsx';
import { BuyCredits } from '../features/credits/buy-credits.tsx';
import { CreditHistory } from '../features/credits/credit-history.tsx';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { Loaded, useRead } from '../lib/read.tsx';

/** What is left, grant by grant, what can be bought, and what happened. */
export function CreditsScreen() {
  const { base, session } = useMembership();
  usePageTitle('Credits', session.seller.name);
  const credits = useRead(['credits'], (api, signal) => api.credits.get({ signal }), { refetchMs: 60_000 });
  return (
    <>
      <PageHeader
        parents={[{ label: 'Usage', href: `${base}/usage` }]}
        title="Credits"
        description="Used in the order in which they are listed."
      />
      <Loaded query={credits} skeleton={<Skeleton className="h-52 w-full" />}>
        {({ balances, packs }) => (
          <div className="flex flex-col gap-10">
            {balances.length === 0 ? (
              <EmptyState icon={Coins} title="No credits yet">
                {packs.length === 0
                  ? 'They stand here once your plan grants some.'
                  : 'Buy some below, and they stand here once they are paid.'}
              </EmptyState>
            ) : (
              balances.map((balance) => (
                <BalanceCard key={balance.creditType.id} balance={balance} packs={packs} />
              ))
            )}
            {packs.length === 0 ? null : <BuyCredits packs={packs} />}
            <Section title="History">
              <CreditHistory />
            </Section>
          </div>
        )}
      </Loaded>
    </>
  );
}
