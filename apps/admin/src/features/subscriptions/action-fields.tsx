import type { Subscription } from '@billhook/sdk/generated/types';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { MoneyField } from '@billhook/ui/money-field';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useEffect, useState } from 'react';
import { type Moment, MomentField, momentOf, timingOf } from './moment-field.tsx';
import { planOptions } from './plan-options.ts';
import { usePlanChoices } from './queries.ts';
import type { SheetAction } from './send-action.ts';

export interface ActionFieldsProps {
  readonly subscription: Subscription;
  /** Told at each change what would be asked for; null while something is missing or nothing differs. */
  readonly onWish: (wish: SheetAction | null) => void;
}

export const SETTLE = 'Settle the rest of the period';
export const SETTLE_HINT = 'Otherwise the new price counts from the next period on.';

/** Tells the form around it what is wished, whenever that changes. */
export function useWish(onWish: ActionFieldsProps['onWish'], wish: SheetAction | null): void {
  const text = JSON.stringify(wish);
  useEffect(() => onWish(JSON.parse(text) as SheetAction | null), [onWish, text]);
}

export const proration = (isSettled: boolean) => (isSettled ? ('price' as const) : ('none' as const));

export function ChangeFields({ subscription, onWish }: ActionFieldsProps) {
  const plans = usePlanChoices();
  const [plan, setPlan] = useState(subscription.plan.id);
  const [quantity, setQuantity] = useState(subscription.quantity);
  const [moment, setMoment] = useState<Moment<'now' | 'period_end' | 'by_direction'>>({
    word: 'now',
    day: '',
  });
  const [isSettled, setSettled] = useState(true);
  const timing = timingOf(moment, subscription.timeZone);
  const isNew = plan !== subscription.plan.id || quantity !== subscription.quantity;
  const wish = { action: 'change' as const, plan, quantity, proration: proration(isSettled) };
  useWish(onWish, isNew && timing !== null ? { ...wish, ...timing } : null);
  return (
    <>
      <Select
        name="plan"
        label="Plan"
        options={planOptions(plans.data?.data ?? [], subscription.currency)}
        value={plan}
        onValueChange={setPlan}
      />
      <NumberField
        name="quantity"
        label="Seats"
        min={1}
        value={quantity}
        onValueChange={(value) => setQuantity(value ?? 1)}
      />
      <MomentField
        label="When"
        words={[
          { value: 'now', label: 'Now' },
          { value: 'period_end', label: 'End of period' },
          { value: 'by_direction', label: 'Up now, down later' },
          { value: 'date', label: 'On a day' },
        ]}
        value={moment}
        onValueChange={setMoment}
        timeZone={subscription.timeZone}
        periodEnd={subscription.currentPeriodEnd}
      />
      <Checkbox label={SETTLE} hint={SETTLE_HINT} checked={isSettled} onCheckedChange={setSettled} />
    </>
  );
}

export function SeatsFields({ subscription, onWish }: ActionFieldsProps) {
  const [quantity, setQuantity] = useState(subscription.quantity);
  const [moment, setMoment] = useState<Moment<'now' | 'period_end'>>({ word: 'now', day: '' });
  const [isSettled, setSettled] = useState(true);
  const timing = timingOf(moment, subscription.timeZone);
  const wish = { action: 'seats' as const, quantity, proration: proration(isSettled) };
  useWish(onWish, quantity !== subscription.quantity && timing !== null ? { ...wish, ...timing } : null);
  return (
    <>
      <NumberField
        name="quantity"
        label="Seats"
        min={1}
        value={quantity}
        onValueChange={(value) => setQuantity(value ?? 1)}
      />
      <MomentField
        label="When"
        words={[
          { value: 'now', label: 'Now' },
          { value: 'period_end', label: 'End of period' },
          { value: 'date', label: 'On a day' },
        ]}
        value={moment}
        onValueChange={setMoment}
        timeZone={subscription.timeZone}
        periodEnd={subscription.currentPeriodEnd}
      />
      <Checkbox label={SETTLE} hint={SETTLE_HINT} checked={isSettled} onCheckedChange={setSettled} />
    </>
  );
}

export function CancelFields({ subscription, onWish }: ActionFieldsProps) {
  const [moment, setMoment] = useState<Moment<'now' | 'period_end'>>({ word: 'period_end', day: '' });
  const [credit, setCredit] = useState(true);
  const [reason, setReason] = useState('');
  const timing = timingOf(moment, subscription.timeZone);
  const wish = { action: 'cancel' as const, credit, reason: reason.trim() };
  useWish(onWish, timing === null ? null : { ...wish, ...timing });
  return (
    <>
      <MomentField
        label="When it ends"
        words={[
          { value: 'period_end', label: 'End of period' },
          { value: 'now', label: 'Now' },
          { value: 'date', label: 'On a day' },
        ]}
        value={moment}
        onValueChange={setMoment}
        timeZone={subscription.timeZone}
        periodEnd={subscription.currentPeriodEnd}
      />
      {moment.word === 'period_end' ? null : (
        <Checkbox
          label="Credit what is paid for the time after the end"
          checked={credit}
          onCheckedChange={setCredit}
        />
      )}
      <TextField
        name="reason"
        label="Reason"
        optional
        maxLength={500}
        hint="Kept in the audit log."
        value={reason}
        onValueChange={setReason}
      />
    </>
  );
}

export function PauseFields({ subscription, onWish }: ActionFieldsProps) {
  const { timeZone } = subscription;
  const [mode, setMode] = useState<'keep_period' | 'stop_period'>('keep_period');
  const [from, setFrom] = useState<Moment<'now'>>({ word: 'now', day: '' });
  const [until, setUntil] = useState<Moment<'open'>>({ word: 'open', day: '' });
  const [begins, ends] = [momentOf(from, timeZone), momentOf(until, timeZone)];
  const isMissing = (from.word === 'date' && begins === null) || (until.word === 'date' && ends === null);
  const wish = { action: 'pause' as const, mode, from: begins ?? undefined, until: ends ?? undefined };
  useWish(onWish, isMissing ? null : wish);
  return (
    <>
      <RadioGroup
        label="What becomes of the paid period"
        value={mode}
        onValueChange={setMode}
        boxed
        options={[
          {
            value: 'keep_period',
            label: 'It runs on',
            detail: 'No credit. Nothing is charged while paused, and the rhythm stays.',
          },
          {
            value: 'stop_period',
            label: 'It stops',
            detail: 'Unused time is credited. A new period begins when it resumes.',
          },
        ]}
      />
      <MomentField
        label="From"
        words={[
          { value: 'now', label: 'Now' },
          { value: 'date', label: 'On a day' },
        ]}
        value={from}
        onValueChange={setFrom}
        timeZone={timeZone}
      />
      <MomentField
        label="Until"
        words={[
          { value: 'open', label: 'Somebody resumes it' },
          { value: 'date', label: 'A day' },
        ]}
        value={until}
        onValueChange={setUntil}
        timeZone={timeZone}
      />
    </>
  );
}

export function ResumeFields({ subscription, onWish }: ActionFieldsProps) {
  const [moment, setMoment] = useState<Moment<'now'>>({ word: 'now', day: '' });
  const at = momentOf(moment, subscription.timeZone);
  const isMissing = moment.word === 'date' && at === null;
  useWish(onWish, isMissing ? null : { action: 'resume', at: at ?? undefined });
  return (
    <MomentField
      label="When it resumes"
      words={[
        { value: 'now', label: 'Now' },
        { value: 'date', label: 'On a day' },
      ]}
      value={moment}
      onValueChange={setMoment}
      timeZone={subscription.timeZone}
    />
  );
}

export function TrialFields({ subscription, onWish }: ActionFieldsProps) {
  const [moment, setMoment] = useState<Moment<'now'>>({ word: 'date', day: '' });
  const endAt = momentOf(moment, subscription.timeZone);
  const isMissing = moment.word === 'date' && endAt === null;
  useWish(onWish, isMissing ? null : { action: 'trial', endAt: endAt ?? undefined });
  return (
    <MomentField
      label="When the trial ends"
      words={[
        { value: 'date', label: 'On a day' },
        { value: 'now', label: 'Now' },
      ]}
      value={moment}
      onValueChange={setMoment}
      timeZone={subscription.timeZone}
    />
  );
}

export function PriceFields({ subscription, onWish }: ActionFieldsProps) {
  const open = subscription.items.filter(
    ({ endsAt, chargedFor }) => endsAt === null && chargedFor !== 'meter',
  );
  const [price, setPrice] = useState(open[0]?.priceKey ?? '');
  const [amount, setAmount] = useState<string | null>(null);
  const [unit, setUnit] = useState('');
  const [isSettled, setSettled] = useState(true);
  const isSeats = open.find(({ priceKey }) => priceKey === price)?.chargedFor === 'seats';
  const pricing = isSeats ? seatPricing(unit) : flatPricing(amount);
  const wish = { action: 'price' as const, price, proration: proration(isSettled) };
  useWish(onWish, pricing === null || price === '' ? null : { ...wish, pricing });
  const hint = 'It holds for this subscription alone. Prices by use are agreed through the API.';
  return (
    <>
      <Select
        name="price"
        label="Price"
        options={open.map(({ priceKey, priceName }) => ({
          value: priceKey,
          label: priceName,
          detail: priceKey,
        }))}
        value={price}
        onValueChange={setPrice}
      />
      {isSeats ? (
        <TextField
          name="unit"
          label="A seat, each period"
          inputMode="decimal"
          suffix={subscription.currency}
          value={unit}
          onValueChange={setUnit}
          hint={`Such as 8.50. ${hint}`}
          required
        />
      ) : (
        <MoneyField
          name="amount"
          label="Amount a period"
          currency={subscription.currency}
          onAmountChange={setAmount}
          hint={hint}
          required
        />
      )}
      <Checkbox label={SETTLE} hint={SETTLE_HINT} checked={isSettled} onCheckedChange={setSettled} />
    </>
  );
}

function flatPricing(amount: string | null) {
  return amount === null ? null : { model: 'flat' as const, amount };
}

function seatPricing(text: string) {
  const unitAmount = text.trim().replace(',', '.');
  return /^(?:0|[1-9]\d{0,9})(?:\.\d{1,12})?$/.test(unitAmount)
    ? { model: 'per_unit' as const, unitAmount, per: '1' }
    : null;
}
