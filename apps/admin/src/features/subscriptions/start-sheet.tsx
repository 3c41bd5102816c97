import type { CreateSubscription, Customer } from '@billhook/sdk/generated/types';
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
import { useClock } from '../clock/queries.ts';
import { type Moment, MomentField, momentOf } from './moment-field.tsx';
import { planOptions } from './plan-options.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { useCouponChoices, usePlanChoices, useStartPreview } from './queries.ts';
import { NO_TERMS, StartTermsFields, termsOf } from './start-terms.tsx';

const NO_COUPON = 'none';

export function StartSheet({
  customer,
  hasMethod,
  open,
  onClose,
}: {
  customer: Customer;
  /** Whether there is anything that can be charged. */
  hasMethod: boolean;
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
      {open ? <StartForm customer={customer} hasMethod={hasMethod} onClose={onClose} /> : null}
    </SideSheet>
  );
}

/** What was chosen so far; the wish is null while something is missing. */
function useStartWish(customer: Customer) {
  const [plan, setPlan] = useState<string | null>(null);
  const [quantity, setQuantity] = useState(1);
  const [moment, setMoment] = useState<Moment<'now'>>({ word: 'now', day: '' });
  const [coupon, setCoupon] = useState<string | null>(null);
  const [terms, setTerms] = useState(NO_TERMS);
  const coupons = coupon === null || coupon === NO_COUPON ? [] : [coupon];
  const startAt = momentOf(moment, customer.timeZone);
  const agreed = termsOf(terms, customer.timeZone);
  const isMissing = plan === null || agreed === null || (moment.word === 'date' && startAt === null);
  const wish = isMissing
    ? null
    : { customer: customer.id, plan, quantity, coupons, ...agreed, ...(startAt === null ? {} : { startAt }) };
  return {
    wish,
    startAt,
    chosen: { plan, quantity, moment, coupon, terms },
    choose: { setPlan, setQuantity, setMoment, setCoupon, setTerms },
  };
}

function StartForm({
  customer,
  hasMethod,
  onClose,
}: {
  customer: Customer;
  hasMethod: boolean;
  onClose: () => void;
}) {
  const { api } = useScope();
  const { locale } = useLocale();
  const state = useStartWish(customer);
  const { wish } = state;
  const [collection, setCollection] = useState<'automatic' | 'manual'>('automatic');
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
      <StartFields customer={customer} state={state} />
      <CollectionChoice hasMethod={hasMethod} value={collection} onValueChange={setCollection} />
      {wish === null ? null : preview.error ? (
        <ProblemState error={preview.error} onRetry={() => void preview.refetch()} compact />
      ) : (
        <PreviewPanel preview={preview.data} stale={preview.isPlaceholderData} />
      )}
      <Buttons
        due={due}
        busy={start.busy}
        disabled={wish === null || preview.data === undefined || preview.isPlaceholderData || preview.isError}
        onClose={onClose}
      />
    </Form>
  );
}

interface StartFieldsProps {
  readonly customer: Customer;
  readonly state: ReturnType<typeof useStartWish>;
}

function StartFields({ customer, state: { chosen, choose, startAt } }: StartFieldsProps) {
  const plans = usePlanChoices().data?.data ?? [];
  const now = useClock().data?.now;
  const { plan, quantity, moment, coupon, terms } = chosen;
  return (
    <>
      <Select
        name="plan"
        label="Plan"
        required
        placeholder="Choose a plan"
        options={planOptions(plans, customer.currency)}
        value={plan}
        onValueChange={choose.setPlan}
        hint={`Plans in ${customer.currency}, the currency of this customer.`}
      />
      <NumberField
        name="quantity"
        label="Seats"
        min={1}
        value={quantity}
        onValueChange={(value) => choose.setQuantity(value ?? 1)}
      />
      <StartMoment value={moment} onValueChange={choose.setMoment} timeZone={customer.timeZone} />
      <CouponChoice value={coupon ?? NO_COUPON} onValueChange={choose.setCoupon} />
      {plan === null ? null : (
        <StartTermsFields
          terms={terms}
          onTermsChange={choose.setTerms}
          plans={plans}
          currency={customer.currency}
          timeZone={customer.timeZone}
          plan={plan}
          quantity={quantity}
          startAt={startAt ?? now ?? customer.createdAt}
        />
      )}
    </>
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

function CollectionChoice({
  hasMethod,
  value,
  onValueChange,
}: ChoiceProps<'automatic' | 'manual'> & { hasMethod: boolean }) {
  return (
    <RadioGroup
      label="How it is collected"
      value={value}
      onValueChange={onValueChange}
      options={[
        {
          value: 'automatic',
          label: 'By card',
          detail: hasMethod
            ? 'The default payment method is charged.'
            : 'There is no payment method yet. Charges fail until the customer adds one in the portal.',
        },
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
