import type { SupportCase } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Banner } from '@billhook/ui/status';
import { useOpenCases } from './queries.ts';

/** What waits for staff. Nothing is shown while nothing waits. */
export function OpenCases() {
  const page = useOpenCases().data;
  const cases = page?.data ?? [];
  if (cases.length === 0) return null;
  const count = page?.hasMore ? `More than ${cases.length}` : String(cases.length);
  return (
    <div className="pb-6">
      <Banner
        tone="attention"
        title={cases.length === 1 ? 'One case needs a decision' : `${count} cases need a decision`}
      >
        <ul className="mt-1 flex flex-col gap-2">
          {cases.map((one) => (
            <Case key={one.id} one={one} />
          ))}
        </ul>
      </Banner>
    </div>
  );
}

function Case({ one }: { one: SupportCase }) {
  return (
    <li>
      {one.customer ? (
        <>
          <TextLink href={`/customers/${one.customer}`}>{one.customerName ?? one.customer}</TextLink>:{' '}
        </>
      ) : null}
      {one.detail}{' '}
      <span className="text-sm text-faint">
        since <DateText value={one.openedAt} as="time" />
      </span>
    </li>
  );
}
