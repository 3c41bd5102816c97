import type { PlanSuggestions, Subscription } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Money, Quantity } from '@billhook/ui/money';
import { Card } from '@billhook/ui/page-header';
import { hrefOf } from '../../lib/address.ts';
import { useMembership } from '../../lib/portal.tsx';
import { useRead } from '../../lib/read.tsx';
import { usePlanNames } from '../pricing/use-catalogue.ts';

type Compared = PlanSuggestions['plans'][number];

interface BetterPlanProps {
  readonly subscription: Pick<Subscription, 'id'>;
  /** The customer has other plans, which stay as they are. */
  readonly oneOfSeveral: boolean;
}

/** Another plan that suits what was really used, with what every plan would have cost. Nothing where none does. */
export function BetterPlan({ subscription, oneOfSeveral }: BetterPlanProps) {
  const { base, mayPay } = useMembership();
  const { id } = subscription;
  const found = useRead(['plan-suggestions', id], (api, signal) =>
    api.plans.suggest({ subscription: id }, { signal }),
  );
  const data = found.data;
  const names = usePlanNames();
  const nameOf = ({ plan, planName }: Compared) => names.get(plan) ?? planName;
  const best = data?.plans.find(({ plan }) => plan === data.suggested);
  if (!data || !best) return null;
  const Heading = oneOfSeveral ? 'h3' : 'h2';
  const costsMore = best.saving.startsWith('-');
  return (
    <Card>
      <Heading className="font-semibold">{nameOf(best)} may suit you better</Heading>
      <p className="pt-1 text-muted">
        <Stretch periods={data.periods} />{' '}
        {costsMore ? (
          'it would have allowed everything you used; your plan of today stops before.'
        ) : (
          <>
            it would have cost you <Money amountMinor={best.saving} currency={best.currency} /> less.
          </>
        )}
      </p>
      <ul className="py-3">
        {data.plans.map((plan) => (
          <Row key={plan.plan} plan={plan} name={nameOf(plan)} />
        ))}
      </ul>
      <p className="text-sm text-muted">
        Before tax and discounts, for what you really used.
        {oneOfSeveral ? ' Your other plans stay as they are.' : null}
      </p>
      {mayPay ? (
        <div className="pt-4">
          <LinkButton href={hrefOf(`${base}/plan/change`, { subscription: id, plan: best.plan })}>
            See the change to {nameOf(best)}
          </LinkButton>
        </div>
      ) : null}
    </Card>
  );
}

function Stretch({ periods }: { periods: PlanSuggestions['periods'] }) {
  const [first] = periods;
  const last = periods.at(-1);
  if (!first || !last) return null;
  return (
    <>
      From <DateText value={first.start} /> to <DateText value={last.end} />
    </>
  );
}

function Row({ plan, name }: { plan: Compared; name: string }) {
  const [passed] = plan.aboveLimits;
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line py-2">
      <span>
        {name}
        {plan.isCurrent ? <span className="text-muted"> (your plan)</span> : null}
        {passed ? (
          <span className="block text-sm text-muted">
            Stops at <Quantity value={passed.limit} maximumFractionDigits={2} /> {passed.featureName}
          </span>
        ) : null}
      </span>
      <Money amountMinor={plan.total} currency={plan.currency} className="ms-auto" />
    </li>
  );
}
