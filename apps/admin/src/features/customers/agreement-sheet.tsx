import type { Customer, Feature, Subscription } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useFeatures } from '../catalog/queries.ts';
import { startOfDay } from '../clock/dates.ts';
import { type ChangeDraft, ChangeFields, changeOf, emptyChange } from './change-fields.tsx';

export interface AgreementSheetProps {
  readonly kind: 'override' | 'grant' | undefined;
  readonly customer: Customer;
  readonly subscriptions: readonly Subscription[];
  /** Chosen before; can be changed. */
  readonly feature: string | undefined;
  readonly onClose: () => void;
}

/** Agrees on a right for good, or gives one for a time, with a reason. */
export function AgreementSheet(props: AgreementSheetProps) {
  const { kind, customer, onClose } = props;
  const isGrant = kind === 'grant';
  return (
    <SideSheet
      open={kind !== undefined}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={isGrant ? `Give ${customer.name} a right for a time?` : `Agree on a right of ${customer.name}?`}
      description={
        isGrant
          ? 'It comes on top of what the customer has, and nothing of it is left at its end.'
          : 'It holds until you remove it, also after a change of plan. What was agreed before for the same right ends.'
      }
    >
      {kind === undefined ? null : <AgreementForm {...props} kind={kind} />}
    </SideSheet>
  );
}

const WHOLE = 'customer';

function AgreementForm({
  kind,
  customer,
  subscriptions,
  feature: chosen,
  onClose,
}: AgreementSheetProps & { kind: 'override' | 'grant' }) {
  const { api } = useScope();
  const features = useFeatures().data?.data ?? [];
  const [key, setKey] = useState(chosen ?? null);
  const [target, setTarget] = useState(WHOLE);
  const [draft, setDraft] = useState<ChangeDraft>(emptyChange);
  const feature = features.find((one) => one.key === key);
  const agree = useCommand(
    async ({ until, reason, feature: of }: { until: string; reason: string; feature: Feature }, options) => {
      const body = {
        feature: of.key,
        subscription: target === WHOLE ? null : target,
        change: changeOf(of, draft, kind),
        reason,
      };
      if (kind === 'override') await api.overrides.set(customer.id, body, options);
      else
        await api.rightGrants.create(
          customer.id,
          { ...body, until: startOfDay(until, customer.timeZone) },
          options,
        );
    },
    () => {
      toast(kind === 'grant' ? 'Given. It ends by itself.' : 'Agreed. It holds from now on.');
      onClose();
    },
  );
  return (
    <Form<Record<'until' | 'reason', string>>
      onSubmit={({ until, reason }) => {
        if (feature) agree.run({ until, reason: reason.trim(), feature });
      }}
      {...formProblem(agree.error)}
    >
      <AboutFields
        features={features}
        subscriptions={subscriptions}
        feature={key}
        onFeature={setKey}
        target={target}
        onTarget={setTarget}
      />
      {feature ? <ChangeFields feature={feature} kind={kind} draft={draft} onChange={setDraft} /> : null}
      <WhyFields kind={kind} timeZone={customer.timeZone} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={agree.busy}>
          {kind === 'grant' ? 'Give for a time' : 'Agree on it'}
        </Button>
      </div>
    </Form>
  );
}

interface AboutFieldsProps {
  readonly features: readonly Feature[];
  readonly subscriptions: readonly Subscription[];
  readonly feature: string | null;
  readonly onFeature: (key: string) => void;
  /** The id of a subscription, or the customer. */
  readonly target: string;
  readonly onTarget: (target: string) => void;
}

/** Which right it is about, and whose. */
function AboutFields(props: AboutFieldsProps) {
  const { features, subscriptions, feature, onFeature, target, onTarget } = props;
  return (
    <>
      <Select
        name="feature"
        label="Feature"
        required
        placeholder="Choose a feature"
        options={features.map(({ key: value, name }) => ({ value, label: name, detail: value }))}
        value={feature}
        onValueChange={onFeature}
      />
      {subscriptions.length > 0 ? (
        <Select
          name="subscription"
          label="For"
          options={[
            { value: WHOLE, label: 'The customer' },
            ...subscriptions.map(({ id, plan }) => ({
              value: id,
              label: `Subscription to ${plan.name}`,
              detail: id,
            })),
          ]}
          value={target}
          onValueChange={onTarget}
        />
      ) : null}
    </>
  );
}

/** How long, and why. */
function WhyFields({ kind, timeZone }: { kind: 'override' | 'grant'; timeZone: string }) {
  return (
    <>
      {kind === 'grant' ? (
        <TextField
          name="until"
          type="date"
          label="Until"
          required
          hint={`Midnight at the start of this day in ${timeZone}.`}
          className="w-48"
        />
      ) : null}
      <TextField
        name="reason"
        label="Reason"
        required
        maxLength={500}
        hint="Shown wherever the right is explained."
      />
    </>
  );
}
