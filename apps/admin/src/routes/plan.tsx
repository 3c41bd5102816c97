import type { Plan } from '@billhook/sdk/generated/types';
import { useFilters, usePathParam } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import { formatDate } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { PageHeader } from '@billhook/ui/page-header';
import { Select } from '@billhook/ui/select';
import { Skeleton, SkeletonText } from '@billhook/ui/skeleton';
import { Badge } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { unitWord } from '@billhook/ui/unit-words';
import { MigrateSheet } from '../features/catalog/migrate-sheet.tsx';
import { PriceTrial } from '../features/catalog/price-trial.tsx';
import { usePlan, usePlanVersions } from '../features/catalog/queries.ts';
import { VersionView } from '../features/catalog/version-view.tsx';
import { LimitedAccess } from '../features/dunning/limited-access.tsx';
import { useCommand } from '../lib/command.ts';
import { ProblemState } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

/** One plan with all its versions. */
export function PlanScreen() {
  const id = usePathParam('id');
  const plan = usePlan(id);
  const mayBuild = useMay(ROLES.builders);
  const mayMove = useMay(ROLES.money);
  const [, change] = useFilters();
  const { data } = plan;
  if (plan.error && !data)
    return <ProblemState error={plan.error} onRetry={() => void plan.refetch()} retrying={plan.isFetching} />;
  return (
    <>
      <PageHeader
        title={data ? data.name : <Skeleton className="h-7 w-48" />}
        mark={data?.archivedAt ? <Badge>Archived</Badge> : null}
        description={
          data ? (
            <>
              <span className="font-mono text-sm">{data.key}</span>
              {data.description ? ` · ${data.description}` : null}
            </>
          ) : null
        }
        parents={[{ label: 'Plans', href: '/plans' }]}
        actions={
          data ? (
            <>
              {mayBuild ? <ArchiveButton plan={data} /> : null}
              {data.latestVersion.version > 1 && mayMove && data.kind === 'plan' ? (
                <Button onClick={() => change({ sheet: 'migrate' })}>Move customers</Button>
              ) : null}
              {mayBuild ? (
                <LinkButton variant="primary" href={`/plans/${id}/new-version`}>
                  Make new version
                </LinkButton>
              ) : null}
            </>
          ) : null
        }
      />
      {data ? <PlanBody plan={data} /> : <SkeletonText lines={8} />}
    </>
  );
}

function PlanBody({ plan }: { plan: Plan }) {
  const { api } = useScope();
  const { locale, timeZone } = useLocale();
  const mayBuild = useMay(ROLES.builders);
  const [filters, change] = useFilters();
  const versions = usePlanVersions(plan.id).data?.data ?? [plan.latestVersion];
  const shown = versions.find(({ version }) => String(version) === filters.version) ?? plan.latestVersion;
  const show = useCommand((isPublic: boolean) => api.plans.update(plan.id, { public: isPublic }));
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <Select
          label="Version"
          size="sm"
          className="w-64"
          options={versions.map(({ version, createdAt }) => ({
            value: String(version),
            label: `Version ${version}, ${formatDate(createdAt, 'date', locale, timeZone)}`,
          }))}
          value={String(shown.version)}
          onValueChange={(version) => change({ version })}
        />
        <Switch
          label="On the pricing page"
          checked={plan.public}
          disabled={!mayBuild || show.busy}
          onCheckedChange={(on) => show.run(on)}
        />
      </div>
      <LimitedAccess plan={plan} />
      <p className="text-muted">
        A published version never changes.{' '}
        {shown.trialDays > 0
          ? `New customers try it for ${shown.trialDays} ${unitWord(`${shown.trialDays}`, 'days')}.`
          : 'It has no trial.'}
      </p>
      <VersionView version={shown} />
      <PriceTrial key={shown.id} version={shown} />
      <MigrateSheet
        plan={plan}
        versions={versions}
        open={filters.sheet === 'migrate'}
        onClose={() => change({ sheet: undefined })}
      />
    </div>
  );
}

function ArchiveButton({ plan }: { plan: Plan }) {
  const { api } = useScope();
  const archived = plan.archivedAt !== null;
  const archive = useCommand(
    (next: boolean) => api.plans.update(plan.id, { archived: next }),
    (_, next) =>
      toast(next ? `${plan.name} is sold no longer.` : `${plan.name} can be sold again.`, {
        detail: 'Running subscriptions go on.',
      }),
  );
  return (
    <Button busy={archive.busy} onClick={() => archive.run(!archived)}>
      {archived ? 'Take out of the archive' : 'Archive'}
    </Button>
  );
}
