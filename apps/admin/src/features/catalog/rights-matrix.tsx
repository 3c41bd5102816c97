import type { Feature, Meter, Plan, PlanRightDraft } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { DataTable } from '@billhook/ui/data-table';
import { SideSheet } from '@billhook/ui/dialog';
import { Quantity } from '@billhook/ui/money';
import type { Column } from '@billhook/ui/table-model';
import { useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { MatrixCellDialog } from './matrix-cell-dialog.tsx';
import { useFeatures, useMeters, usePlanNames, usePlans } from './queries.ts';
import { changedFeatures, type Drafts, rightsOf, withRight } from './rights-drafts.ts';
import { RightsReview } from './rights-review.tsx';

const UNTOUCHED: Drafts = new Map();

/** Features down, plans across: what each plan grants, and a new version of those that are changed. */
export function RightsMatrix() {
  const plans = usePlans(false);
  const features = useFeatures();
  const meters = useMeters().data?.data;
  const names = usePlanNames();
  const mayBuild = useMay(ROLES.builders);
  const [drafts, setDrafts] = useState<Drafts>(UNTOUCHED);
  const [open, setOpen] = useState<{ plan: Plan; feature: Feature } | null>(null);
  const [isReviewing, setReviewing] = useState(false);
  const error = plans.error ?? features.error;
  if (error && (!plans.data || !features.data)) return <ProblemState error={error} />;
  const rows = (features.data?.data ?? []).toSorted((a, b) => a.name.localeCompare(b.name));
  // Plans that share a name are told apart wherever they are named from here on.
  const columns = (plans.data?.data ?? [])
    .filter(({ kind }) => kind !== 'one_off')
    .map((plan) => ({ ...plan, name: names(plan.key, plan.name) }));
  const changed = columns.filter(({ id }) => drafts.has(id));
  const set = (plan: Plan, feature: Feature, right: PlanRightDraft | null) =>
    setDrafts((before) => withRight(before, plan, feature.key, right));
  const columnOf = (plan: Plan): Column<Feature> => ({
    key: plan.id,
    header: <PlanHead name={plan.name} />,
    numeric: true,
    phone: 'below',
    cell: (feature) => (
      <Cell
        planName={plan.name}
        feature={feature}
        right={rightsOf(plan, drafts).find((one) => one.feature === feature.key)}
        isChanged={changedFeatures(plan, drafts, [feature]).length > 0}
        disabled={!mayBuild}
        onSet={(right) => set(plan, feature, right)}
        onOpen={() => setOpen({ plan, feature })}
      />
    ),
  });
  return (
    <div className="flex flex-col gap-4">
      <Changed plans={changed} onUndo={() => setDrafts(UNTOUCHED)} onReview={() => setReviewing(true)} />
      <DataTable
        label="Rights by plan"
        hotkeys={false}
        rows={rows}
        loading={features.isPending || plans.isPending}
        loadingRows={5}
        rowKey={({ key }) => key}
        columns={[featureColumn(meters), ...columns.map(columnOf)]}
        empty={<p className="py-4 text-muted">No features yet. Create them beside the plans.</p>}
      />
      <MatrixCellDialog
        place={open}
        right={
          open ? rightsOf(open.plan, drafts).find(({ feature }) => feature === open.feature.key) : undefined
        }
        onSet={(right) => {
          if (open) set(open.plan, open.feature, right);
          setOpen(null);
        }}
        onClose={() => setOpen(null)}
      />
      <ReviewSheet
        open={isReviewing}
        onOpenChange={setReviewing}
        plans={changed}
        features={rows}
        drafts={drafts}
        onPublished={(plan) => setDrafts((before) => without(before, plan))}
      />
    </div>
  );
}

interface ReviewSheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Those that were changed. */
  readonly plans: readonly Plan[];
  readonly features: readonly Feature[];
  readonly drafts: Drafts;
  readonly onPublished: (plan: Plan) => void;
}

function ReviewSheet({ open, onOpenChange, plans, features, drafts, onPublished }: ReviewSheetProps) {
  return (
    <SideSheet
      open={open && plans.length > 0}
      onOpenChange={onOpenChange}
      title="Publish these rights?"
      description="Each plan gets a new version for those who subscribe from now on. Everybody else keeps theirs until you move them."
      width="lg"
    >
      {plans.map((plan) => (
        <RightsReview
          key={plan.id}
          plan={plan}
          rights={rightsOf(plan, drafts)}
          changed={changedFeatures(plan, drafts, features)}
          onPublished={() => onPublished(plan)}
        />
      ))}
    </SideSheet>
  );
}

function without(drafts: Drafts, plan: Plan): Drafts {
  return new Map([...drafts].filter(([id]) => id !== plan.id));
}

function featureColumn(meters: readonly Meter[] | undefined): Column<Feature> {
  return {
    key: 'feature',
    header: 'Feature',
    fill: true,
    cell: ({ name, meter }) => {
      const unit = meters?.find(({ key }) => key === meter)?.unit;
      return (
        <>
          {name} {unit ? <span className="text-sm text-faint">in {unit}</span> : null}
        </>
      );
    },
  };
}

/** How a plan is paid stands below its name, so that many fit side by side. */
function PlanHead({ name }: { name: string }) {
  const [first, ...others] = name.split(', ');
  return (
    <>
      {first}
      {others.length === 0 ? null : (
        <span className="block text-xs font-normal text-faint">{others.join(', ')}</span>
      )}
    </>
  );
}

interface ChangedProps {
  readonly plans: readonly Plan[];
  readonly onUndo: () => void;
  readonly onReview: () => void;
}

/** Which plans were changed, and the way on from there. */
function Changed({ plans, onUndo, onReview }: ChangedProps) {
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
      <p className="text-muted">
        {plans.length === 0
          ? 'What each plan grants to those who subscribe now.'
          : `${plans.map(({ name }) => name).join('; ')} changed. Nothing is published yet.`}
      </p>
      {plans.length > 0 ? (
        <span className="flex gap-2">
          <Button onClick={onUndo}>Undo all</Button>
          <Button variant="primary" onClick={onReview}>
            Review changes
          </Button>
        </span>
      ) : null}
    </div>
  );
}

interface CellProps {
  readonly planName: string;
  readonly feature: Feature;
  readonly right: PlanRightDraft | undefined;
  readonly isChanged: boolean;
  readonly disabled: boolean;
  readonly onSet: (right: PlanRightDraft | null) => void;
  readonly onOpen: () => void;
}

/** A switch is set in place; a limit or a value opens. */
function Cell({ planName, feature, right, isChanged, disabled, onSet, onOpen }: CellProps) {
  const onPhones = (
    <span className="text-faint sm:hidden" aria-hidden="true">
      {planName}{' '}
    </span>
  );
  const label = `${feature.name} in ${planName}${isChanged ? ', changed' : ''}`;
  if (feature.kind === 'boolean') {
    return (
      <span className={isChanged ? '-mx-1 inline-block rounded bg-accent-soft px-1' : 'inline-block'}>
        {onPhones}
        <Checkbox
          label={label}
          hideLabel
          disabled={disabled}
          checked={right?.kind === 'boolean' && right.enabled}
          onCheckedChange={(enabled) =>
            onSet(enabled ? { feature: feature.key, kind: 'boolean', enabled } : null)
          }
        />
      </span>
    );
  }
  if (disabled) return <RightText right={right} />;
  return (
    <button
      type="button"
      title={label}
      onClick={onOpen}
      className={`-mx-1 rounded px-1 tabular-nums underline decoration-dotted underline-offset-4 ${isChanged ? 'bg-accent-soft' : ''}`}
    >
      {onPhones}
      <span className="sr-only">{label}: </span>
      <RightText right={right} />
    </button>
  );
}

/** `1,000 a day`, `Unlimited`, `eu, us`. */
function RightText({ right }: { right: PlanRightDraft | undefined }) {
  if (right === undefined) return '–';
  if (right.kind === 'boolean') return right.enabled ? 'On' : 'Off';
  if (right.kind === 'configuration') return [right.value].flat().join(', ');
  const each = right.limit === null ? 'Unlimited' : <Quantity value={right.limit} />;
  return (
    <>
      {each}
      {right.reset === 'day' ? ' a day' : null}
      {right.poolLimit == null ? null : (
        <>
          {' '}
          each, <Quantity value={right.poolLimit} /> together
        </>
      )}
    </>
  );
}
