import { counted } from '@billhook/core/kernel/counted';
import type { Plan } from '@billhook/sdk/generated/types';
import { useGo } from '@billhook/ui/address';
import { DataTable } from '@billhook/ui/data-table';
import { RowLink } from '@billhook/ui/link';
import { Badge, Status } from '@billhook/ui/status';
import { PriceText } from './price-text.tsx';

const KIND_WORDS = { add_on: 'Add-on', one_off: 'Charged once' } as const;

/** Variants of one offer stand together, in the order of their rank. */
function byFamily(plans: readonly Plan[]): Plan[] {
  return [...Map.groupBy(plans, ({ family }) => family).values()].flat();
}

function PlanPrices({ plan }: { plan: Plan }) {
  const { prices, currency, otherCurrencies } = plan.latestVersion;
  const first = prices.find(({ timing }) => timing === 'in_advance') ?? prices[0];
  if (!first) return <span className="text-faint">Free</span>;
  const others = prices.filter(({ key }) => key !== first.key);
  return (
    <span className="block whitespace-nowrap sm:py-1.5">
      <PriceText price={first} currency={currency} />
      {otherCurrencies.length > 0 ? (
        <span className="text-sm text-faint">
          {' '}
          or {otherCurrencies.map((other) => other.currency).join(', ')}
        </span>
      ) : null}
      {others.length === 0 ? null : (
        <span className="block max-w-96 truncate text-sm text-faint">
          plus {others.map(({ name }) => name).join(', ')}
        </span>
      )}
    </span>
  );
}

export function PlanList({ plans }: { plans: readonly Plan[] }) {
  const go = useGo();
  return (
    <DataTable
      label="Plans"
      rows={byFamily(plans)}
      rowKey={({ id }) => id}
      onOpen={({ id }) => go(`/plans/${id}`)}
      columns={[
        {
          key: 'name',
          header: 'Plan',
          fill: true,
          cell: ({ id, name, key, kind, archivedAt }) => (
            <span className="flex items-center gap-2">
              <RowLink href={`/plans/${id}`}>{name}</RowLink>{' '}
              <span className="font-mono text-sm text-faint max-sm:hidden">{key}</span>
              {kind === 'plan' ? null : <Badge>{KIND_WORDS[kind]}</Badge>}
              {archivedAt ? <Badge>Archived</Badge> : null}
            </span>
          ),
        },
        { key: 'price', header: 'Price', cell: (plan) => <PlanPrices plan={plan} /> },
        {
          key: 'trial',
          header: 'Trial',
          wideOnly: true,
          cell: ({ latestVersion }) =>
            latestVersion.trialDays === 0 ? (
              <span className="text-faint">–</span>
            ) : (
              counted(latestVersion.trialDays, 'day')
            ),
        },
        {
          key: 'version',
          header: 'Version',
          numeric: true,
          wideOnly: true,
          cell: ({ latestVersion }) => latestVersion.version,
        },
        {
          key: 'public',
          header: 'Pricing page',
          wideOnly: true,
          cell: (plan) =>
            plan.public ? <Status tone="ok">Shown</Status> : <Status tone="neutral">Hidden</Status>,
        },
      ]}
      empty={null}
    />
  );
}
