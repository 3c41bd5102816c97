import type {
  CreatePlanVersion,
  Feature,
  Plan,
  PlanRightDraft,
  PlanRightsPreview,
} from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Quantity } from '@billhook/ui/money';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ProblemState, ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { versionWith } from './rights-drafts.ts';

const EFFECTS: Readonly<Record<PlanRightsPreview['changes'][number]['effect'], string>> = {
  gained: 'would get it',
  lost: 'would lose it',
  more: 'would get more of it',
  less: 'would get less of it',
  other: 'would have it on other terms',
};

export interface RightsReviewProps {
  readonly plan: Plan;
  readonly rights: readonly PlanRightDraft[];
  readonly changed: readonly Feature[];
  readonly onPublished: () => void;
}

/** One changed plan: who would feel it once they are moved, and the button that publishes it. */
export function RightsReview({ plan, rights, changed, onPublished }: RightsReviewProps) {
  const { api, tenant } = useScope();
  const preview = useQuery({
    queryKey: [tenant.id, 'rights-preview', plan.id, rights],
    queryFn: ({ signal }) => api.plans.previewRights(plan.id, { entitlements: [...rights] }, { signal }),
  });
  const next = plan.latestVersion.version + 1;
  const publish = useCommand(
    (body: CreatePlanVersion, options) => api.plans.createVersion(plan.id, body, options),
    (version) => {
      toast(`Version ${version.version} of ${plan.name} is published.`);
      onPublished();
    },
  );
  return (
    <Section title={plan.name}>
      <p className="pb-2 text-muted">Changed: {changed.map(({ name }) => name).join(', ')}</p>
      {preview.error ? (
        <ProblemState error={preview.error} compact />
      ) : preview.data ? (
        <Affected preview={preview.data} />
      ) : (
        <SkeletonText lines={3} />
      )}
      {publish.error ? <ProblemText error={publish.error} /> : null}
      <div className="flex justify-end py-4">
        <Button
          variant="primary"
          busy={publish.busy}
          disabled={preview.error !== null}
          onClick={() => publish.run(versionWith(plan, rights))}
        >
          Publish version {next} of {plan.name}
        </Button>
      </div>
    </Section>
  );
}

function Affected({ preview }: { preview: PlanRightsPreview }) {
  const { subscriptions, isPartial, changes, overLimit } = preview;
  if (subscriptions === 0) return <p>Nobody subscribes to it yet.</p>;
  return (
    <div className="flex flex-col gap-3">
      <p>
        {isPartial ? 'More than ' : ''}
        {subscriptions} {subscriptions === 1 ? 'subscription runs' : 'subscriptions run'} on it. If you move
        them later:
      </p>
      <ul className="list-disc ps-5">
        {changes.map(({ feature, featureName, effect, subscriptions: count }) => (
          <li key={`${feature}/${effect}`}>
            {featureName}: {count} {EFFECTS[effect]}
          </li>
        ))}
      </ul>
      {overLimit.length > 0 ? (
        <Banner tone="attention" title="Some already used more than they could then.">
          {overLimit.map(({ customer, customerName, feature, featureName, used, limit }) => (
            <span key={`${customer}/${feature}`} className="block">
              {customerName}: <Quantity value={used} maximumFractionDigits={2} /> of{' '}
              <Quantity value={limit} maximumFractionDigits={2} />, {featureName}
            </span>
          ))}
        </Banner>
      ) : null}
    </div>
  );
}
