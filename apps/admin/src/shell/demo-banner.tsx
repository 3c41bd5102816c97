import { Banner } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { api } from '../lib/api.ts';
import { useScope } from '../lib/scope.tsx';

/** How far the demo has come. Asked for again while it is made. */
export function useDemo() {
  return useQuery({
    queryKey: ['demo'],
    queryFn: () => api.demo.status(),
    refetchInterval: ({ state }) =>
      state.data?.state === 'seeding' || state.data?.state === 'waiting' ? 1_500 : false,
  });
}

/** Whether the demo of this business is still being made, and moves its clock. */
export function useDemoMoves(): boolean {
  const { tenant } = useScope();
  const mine = useDemo().data?.tenants.find(({ slug }) => slug === tenant.slug);
  return mine?.state === 'seeding' || mine?.state === 'waiting';
}

/** While the demo is made, says how far it has come; what is there can be used meanwhile. */
export function DemoBanner() {
  const { tenant } = useScope();
  const demo = useDemo();
  const mine = demo.data?.tenants.find(({ slug }) => slug === tenant.slug);
  if (mine?.state === 'failed') {
    return (
      <div className="pb-6">
        <Banner tone="problem" title="The demo of this business stopped on a fault.">
          {demo.data?.fault ?? 'What was made until then is real and stays.'} The log of the server says more.
        </Banner>
      </div>
    );
  }
  if (mine?.state !== 'seeding' && mine?.state !== 'waiting') return null;
  return (
    <div className="pb-6">
      <Banner tone="info" title={`The demo is being made: ${mine.percent} %`}>
        {mine.step ? `Now ${mine.step}.` : 'It starts in a moment.'} Six months of business pass through the
        real engine; numbers grow while you watch.
      </Banner>
    </div>
  );
}
