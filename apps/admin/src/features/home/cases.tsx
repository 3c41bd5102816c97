import { LinkButton } from '@billhook/ui/button';
import { Banner } from '@billhook/ui/status';
import { useOpenCases } from './queries.ts';

/** What waits for staff. Nothing is shown while nothing waits. */
export function OpenCases() {
  const cases = useOpenCases().data?.data ?? [];
  const first = cases[0];
  if (!first) return null;
  return (
    <div className="pb-6">
      <Banner
        tone="attention"
        title={cases.length === 1 ? 'One case waits for you.' : `${cases.length} cases wait for you.`}
        action={
          first.customer ? (
            <LinkButton href={`/customers/${first.customer}`}>
              Open {first.customerName ?? 'the customer'}
            </LinkButton>
          ) : undefined
        }
      >
        {first.detail}
      </Banner>
    </div>
  );
}
