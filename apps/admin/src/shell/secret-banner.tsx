import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Banner } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../lib/scope.tsx';

const HOUR_MS = 3_600_000;

/** Says on every screen which secrets are to be replaced, before payments or mail stop. */
export function SecretBanner() {
  const { api, tenant } = useScope();
  const { data } = useQuery({
    queryKey: [tenant.id, 'secret-ages'],
    queryFn: ({ signal }) => api.health.secrets({ signal }),
    // A sandbox has no secrets of its own.
    enabled: tenant.kind === 'live',
    staleTime: HOUR_MS,
  });
  const due = data?.data.filter(({ state }) => state !== 'fresh') ?? [];
  const [first] = due;
  if (first === undefined) return null;
  const isLate = due.some(({ state }) => state === 'overdue');
  return (
    <div className="pb-6">
      <Banner
        tone={isLate ? 'problem' : 'attention'}
        title={isLate ? 'A secret should have been replaced' : 'A secret is to be replaced soon'}
      >
        {due.map(({ name }) => name).join(', ')}: by <DateText value={first.dueAt} />.{' '}
        <TextLink href="/health">Look at all secrets</TextLink>
      </Banner>
    </div>
  );
}
