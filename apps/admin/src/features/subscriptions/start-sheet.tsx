import type { CreateSubscription, Customer, Plan, PlanVersion } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { type Moment, MomentField, momentOf } from './moment-field.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { useCouponChoices, usePlanChoices, useStartPreview } from './queries.ts';

const NO_COUPON = 'none';

/** Plans in the customer's currency, as options. */
export function planOptions(plans: readonly Plan[], currency: string) {
  return plans
    .filter(
      ({ kind, latestVersion, archivedAt }) =>
        kind === 'plan' && archivedAt === null && isSoldIn(latestVersion, currency),
    )
    .map(({ id, name, key }) => ({ value: id, label: name, detail: key }));
}

function isSoldIn({ currency, otherCurrencies }: PlanVersion, wanted: string): boolean {
  return currency === wanted || otherCurrencies.some((other) => other.currency === wanted);
}

export function StartSheet({
  customer,
  open,
  onClose,
}: {
  customer: Customer;
  open: boolean;
  onClose: () => void;
}) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Start a subscription for ${customer.name}`}
      width="lg"
    >
      {open ? <StartForm customer={customer} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function StartForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { api } = useScope();
  const { locale } = useLocale();
  const plans = usePlanChoices();
  const [plan, setPlan] = useState<string | null>(null);
  const [quantity, setQuantity] = useState(1);
  const [collection, setCollection] = useState<'automatic' | 'manual'>('automatic');
  const [moment, setMoment] = useState<Moment<'now'>>({ word: 'now', day: '' });
  const [coupon, setCoupon] = useState<string | null>(null);
  const coupons = coupon === null || coupon === NO_COUPON ? [] : [coupon];
  const startAt = momentOf(moment, customer.timeZone);
  const isMissing = plan === null || (moment.word === 'date' && startAt === null);
  const wish = isMissing
    ? null
    : { customer: customer.id, plan, quantity, coupons, ...(startAt === null ? {} : { startAt }) };
  const preview = useStartPreview(wish);
  const start = useCommand(
    (body: CreateSubscription, options) => api.subscriptions.create(body, options),
    () => {
      toast('Subscription started.');
      onClose();
    },
  );
  const due = preview.data ? formatMoney(preview.data.dueToday, preview.data.currency, locale).full : null;
  return (
    <Form
      onSubmit={() => {
        if (wish !== null && preview.data)
          start.run({ ...wish, collection, previewToken: preview.data.token });
      }}
      {...formProblem(start.error)}
    >
      <Select
        name="plan"
        label="Plan"
        required
        placeholder="Choose a plan"
        options={planOptions(plans.data?.data ?? [], customer.currency)}
        value={plan}
        onValueChange={setPlan}
        hint={`Plans in ${customer.currency}, the currency of this customer.`}
      />
      <NumberField
        name="quantity"
        label="Seats"
        min={1}
        value={quantity}
        onValueChange={(value) => setQuantity(value ?? 1)}
      />
      <StartMoment value={moment} onValueChange={setMoment} timeZone={customer.timeZone} />
      <CouponChoice value={coupon ?? NO_COUPON} onValueChange={setCoupon} />
      <CollectionChoice value={collection} onValueChange={setCollection} />
      {wish === null ? null : preview.error ? (
        <ProblemState error={preview.error} onRetry={() => void preview.refetch()} compact />
      ) : (
        <PreviewPanel preview={preview.data} stale={preview.isPlaceholderData} />
      )}
      <Buttons
        due={due}
        busy={start.busy}
        disabled={wish === null || preview.data === undefined || preview.isPlaceholderData}
        onClose={onClose}
      />
    </Form>
  );
}

interface ChoiceProps<Value extends string> {
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
}

function CouponChoice({ value, onValueChange }: ChoiceProps<string>) {
  const offers = useCouponChoices().data?.data ?? [];
  if (offers.length === 0) return null;
  return (
    <Select
      name="coupon"
      label="Coupon"
      optional
      options={[
        { value: NO_COUPON, label: 'None' },
        ...offers.map(({ id, name, key }) => ({ value: id, label: name, detail: key })),
      ]}
      value={value}
      onValueChange={onValueChange}
    />
  );
}

function CollectionChoice({ value, onValueChange }: ChoiceProps<'automatic' | 'manual'>) {
  return (
    <RadioGroup
      label="How it is collected"
      value={value}
      onValueChange={onValueChange}
      options={[
        { value: 'automatic', label: 'By card', detail: 'The default payment method is charged.' },
        { value: 'manual', label: 'By invoice', detail: 'The customer pays by the due date.' },
      ]}
      boxed
    />
  );
}

interface ButtonsProps {
  /** What is due today, in words; null until it is known. */
  readonly due: string | null;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onClose: () => void;
}

function Buttons({ due, busy, disabled, onClose }: ButtonsProps) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" type="submit" busy={busy} disabled={disabled}>
        {due === null ? 'Start subscription' : `Start subscription, ${due} due today`}
      </Button>
    </div>
  );
}

interface StartMomentProps {
  readonly value: Moment<'now'>;
  readonly onValueChange: (value: Moment<'now'>) => void;
  readonly timeZone: string;
}

function StartMoment({ value, onValueChange, timeZone }: StartMomentProps) {
  return (
    <MomentField
      label="From when on"
      words={[
        { value: 'now', label: 'Now' },
        { value: 'date', label: 'From a day' },
      ]}
      value={value}
      onValueChange={onValueChange}
      timeZone={timeZone}
    />
  );
}
