import { usePathParam } from '@billhook/ui/address';
import { PageHeader } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { CampaignEditor } from '../features/dunning/campaign-editor.tsx';
import { useCampaign } from '../features/dunning/queries.ts';
import { ProblemState } from '../lib/problem.tsx';

/** One campaign: its draft, what it would do, and what is published. */
export function CampaignScreen() {
  const campaign = useCampaign(usePathParam('id'));
  const { data } = campaign;
  if (campaign.error && !data) {
    return (
      <ProblemState
        error={campaign.error}
        onRetry={() => void campaign.refetch()}
        retrying={campaign.isFetching}
      />
    );
  }
  return (
    <>
      <PageHeader
        title={data ? data.name : <Skeleton className="h-7 w-40" />}
        parents={[{ label: 'Dunning', href: '/dunning' }]}
        description={
          data?.published
            ? `Version ${data.published.number} is published. What has begun keeps the version it began with.`
            : 'A draft. Nothing follows from it until you publish it.'
        }
      />
      {data ? <CampaignEditor key={data.id} campaign={data} /> : <Skeleton className="h-96 w-full" />}
    </>
  );
}
