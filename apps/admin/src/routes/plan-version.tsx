import type { CreatePlan, CreatePlanVersion, Plan, PlanKind } from '@billhook/sdk/generated/types';
import { useGo, usePathParam } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { PageHeader } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { PlanChecks } from '../features/catalog/plan-checks.tsx';
import { usePlan } from '../features/catalog/queries.ts';
import { draftOf, emptyDraft, type VersionDraft } from '../features/catalog/version-draft.ts';
import { VersionEditor } from '../features/catalog/version-editor.tsx';
import { useCommand } from '../lib/command.ts';
import { formProblem, ProblemState } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';

function sent({ otherCurrencies, prices, entitlements, ...draft }: VersionDraft): CreatePlanVersion {
  return {
    ...draft,
    prices: [...prices],
    otherCurrencies: otherCurrencies.map((other) => ({ ...other, prices: [...other.prices] })),
    entitlements: [...entitlements],
  };
}

/** Writes the next version of a plan. What runs keeps its own. */
export function PlanVersionScreen() {
  const plan = usePlan(usePathParam('id'));
  if (plan.data) return <NextVersion plan={plan.data} />;
  if (plan.error) return <ProblemState error={plan.error} onRetry={() => void plan.refetch()} />;
  return <SkeletonText lines={10} />;
}

function NextVersion({ plan }: { plan: Plan }) {
  const { api } = useScope();
  const go = useGo();
  const [draft, setDraft] = useState(() => draftOf(plan.latestVersion));
  const publish = useCommand(
    (body: CreatePlanVersion, options) => api.plans.createVersion(plan.id, body, options),
    (version) => {
      toast(`Version ${version.version} of ${plan.name} is published.`);
      go(`/plans/${plan.id}`);
    },
  );
  return (
    <>
      <PageHeader
        title={`Version ${plan.latestVersion.version + 1} of ${plan.name}`}
        description="New subscriptions take it. Running ones keep the version they have."
        parents={[
          { label: 'Plans', href: '/plans' },
          { label: plan.name, href: `/plans/${plan.id}` },
        ]}
      />
      <Form onSubmit={() => publish.run(sent(draft))} {...formProblem(publish.error)} className="max-w-3xl">
        <VersionEditor draft={draft} onChange={setDraft} kind={plan.kind} fixedCurrency />
        <FormActions>
          <LinkButton href={`/plans/${plan.id}`}>Cancel</LinkButton>
          <Button variant="primary" type="submit" busy={publish.busy}>
            Publish version {plan.latestVersion.version + 1}
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

type Face = Record<'name' | 'key' | 'family' | 'description', string>;

/** Writes a plan with its first version. */
export function NewPlanScreen() {
  const { api, tenant } = useScope();
  const go = useGo();
  const [draft, setDraft] = useState(() => emptyDraft(tenant.currency));
  const [isPublic, setPublic] = useState(true);
  const [kind, setKind] = useState<PlanKind>('plan');
  const [offeredWith, setOfferedWith] = useState<readonly string[]>([]);
  const create = useCommand(
    (body: CreatePlan, options) => api.plans.create(body, options),
    (plan) => {
      toast(`${plan.name} can be sold now.`);
      go(`/plans/${plan.id}`);
    },
  );
  const text = (value: string | undefined) => value?.trim() || undefined;
  return (
    <>
      <PageHeader title="Create plan" parents={[{ label: 'Plans', href: '/plans' }]} />
      <Form<Face>
        onSubmit={({ name, key, family, description }) =>
          create.run({
            ...sent(draft),
            name: name.trim(),
            key: key.trim(),
            family: text(family),
            description: text(description),
            kind,
            ...(kind === 'plan' ? {} : { offeredWith: [...offeredWith] }),
            public: isPublic,
          })
        }
        {...formProblem(create.error)}
        className="max-w-3xl"
      >
        <KindFields kind={kind} onKind={setKind} offeredWith={offeredWith} onOfferedWith={setOfferedWith} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="name" label="Name" required maxLength={200} placeholder="Pro" />
          <TextField name="key" label="Key" required mono placeholder="pro-monthly" hint="Never changes." />
          <TextField name="family" label="Family" optional mono hint="Variants of one offer share it." />
          <TextField name="description" label="Description" optional maxLength={2000} />
        </div>
        <Checkbox label="Show on the pricing page" checked={isPublic} onCheckedChange={setPublic} />
        <VersionEditor draft={draft} onChange={setDraft} kind={kind} />
        <FormActions>
          <LinkButton href="/plans">Cancel</LinkButton>
          <Button variant="primary" type="submit" busy={create.busy}>
            Create plan
          </Button>
        </FormActions>
      </Form>
    </>
  );
}

interface KindFieldsProps {
  readonly kind: PlanKind;
  readonly onKind: (kind: PlanKind) => void;
  /** Keys of plans. */
  readonly offeredWith: readonly string[];
  readonly onOfferedWith: (keys: readonly string[]) => void;
}

function KindFields({ kind, onKind, offeredWith, onOfferedWith }: KindFieldsProps) {
  return (
    <>
      <RadioGroup
        label="What it is"
        boxed
        value={kind}
        onValueChange={onKind}
        options={[
          { value: 'plan', label: 'A plan', detail: 'Customers subscribe to it.' },
          { value: 'add_on', label: 'An add-on', detail: 'Taken beside a plan, charged each period.' },
          { value: 'one_off', label: 'A one-off', detail: 'Taken beside a plan, charged once.' },
        ]}
      />
      {kind === 'plan' ? null : (
        <PlanChecks
          label="Offered with"
          hint="None chosen means with every plan."
          value={offeredWith}
          onValueChange={onOfferedWith}
        />
      )}
    </>
  );
}
