import { useFilters } from '@billhook/ui/address';
import { LinkButton } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Tabs } from '@billhook/ui/tabs';
import { Package } from 'lucide-react';
import { CouponTable } from '../features/catalog/coupon-table.tsx';
import { FeatureTable } from '../features/catalog/feature-table.tsx';
import { MeterTable } from '../features/catalog/meter-table.tsx';
import { PlanList } from '../features/catalog/plan-list.tsx';
import { usePlans } from '../features/catalog/queries.ts';
import { RightsMatrix } from '../features/catalog/rights-matrix.tsx';
import { CreditCatalogue } from '../features/credits/credit-catalogue.tsx';
import { KEEP_CATALOGUE } from '../lib/first-steps.ts';
import { KeyNote } from '../lib/key-note.tsx';
import { ProblemState } from '../lib/problem.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';

const TABS = ['plans', 'coupons', 'credits', 'features', 'rights', 'meters'] as const;

/** What is sold: plans and add-ons by family, coupons, and the features and meters they are made of. */
export function PlansScreen() {
  const [filters, change] = useFilters();
  const mayBuild = useMay(ROLES.builders);
  const tab = TABS.find((key) => key === filters.tab) ?? 'plans';
  return (
    <>
      <PageHeader
        title="Plans"
        actions={
          mayBuild ? (
            <LinkButton variant="primary" href="/new-plan">
              Create plan
            </LinkButton>
          ) : null
        }
      />
      <Tabs
        label="Parts of the catalogue"
        value={tab}
        onValueChange={(key) => change({ tab: key === 'plans' ? undefined : key })}
        tabs={[
          { key: 'plans', label: 'Plans', content: <Plans /> },
          { key: 'coupons', label: 'Coupons', content: <CouponTable /> },
          { key: 'credits', label: 'Credits', content: <CreditCatalogue /> },
          { key: 'features', label: 'Features', content: <FeatureTable /> },
          { key: 'rights', label: 'Rights by plan', content: <RightsMatrix /> },
          { key: 'meters', label: 'Meters', content: <MeterTable /> },
        ]}
      />
    </>
  );
}

function Plans() {
  const [filters, change] = useFilters();
  const archived = filters.archived === '1';
  const plans = usePlans(archived);
  if (plans.error && !plans.data)
    return (
      <ProblemState error={plans.error} onRetry={() => void plans.refetch()} retrying={plans.isFetching} />
    );
  if (!plans.data) return <SkeletonText lines={8} />;
  return (
    <div className="flex flex-col gap-6">
      {plans.data.data.length === 0 ? (
        <EmptyState icon={Package} title="No plans yet." command={KEEP_CATALOGUE}>
          Create one with the button above, or keep the whole catalogue as a file in git. <KeyNote />
        </EmptyState>
      ) : (
        <PlanList plans={plans.data.data} />
      )}
      <Switch
        label="Show archived plans"
        checked={archived}
        onCheckedChange={(on) => change({ archived: on ? '1' : undefined })}
      />
    </div>
  );
}
