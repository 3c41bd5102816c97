import type { Subscription } from '@billhook/sdk/generated/types';
import { Checkbox } from '@billhook/ui/choice';
import { MoneyField } from '@billhook/ui/money-field';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { type ActionFieldsProps, proration, SETTLE, SETTLE_HINT, useWish } from './action-fields.tsx';
import { type Moment, MomentField, timingOf } from './moment-field.tsx';
import { useCouponChoices, usePlanChoices } from './queries.ts';

const NOW_FIRST = [
  { value: 'now', label: 'Now' },
  { value: 'period_end', label: 'End of period' },
  { value: 'date', label: 'On a day' },
] as const;

export function DiscountFields({ subscription, onWish }: ActionFieldsProps) {
  const coupons = useCouponChoices().data?.data ?? [];
  const [coupon, setCoupon] = useState<string | null>(null);
  const held = new Set(subscription.discounts.filter(({ running }) => running).map((one) => one.coupon.id));
  const offered = coupons.filter(
    ({ id, plans, value }) =>
      !held.has(id) &&
      (plans.length === 0 || plans.includes(subscription.plan.key)) &&
      (value.kind === 'percent' || subscription.currency in value.amounts),
  );
  useWish(onWish, coupon === null ? null : { action: 'discount', coupon });
  return (
    <Select
      name="coupon"
      label="Coupon"
      required
      placeholder="Choose a coupon"
      options={offered.map(({ id, name, key }) => ({ value: id, label: name, detail: key }))}
      value={coupon}
      onValueChange={setCoupon}
      hint={`Coupons for ${subscription.plan.name} in ${subscription.currency}. It lowers periods that are not billed yet.`}
    />
  );
}

export function EndDiscountFields({ subscription, onWish }: ActionFieldsProps) {
  const running = subscription.discounts.filter((one) => one.running);
  const [discount, setDiscount] = useState(running[0]?.id ?? '');
  useWish(onWish, discount === '' ? null : { action: 'end_discount', discount });
  return (
    <Select
      name="discount"
      label="Discount"
      options={running.map(({ id, coupon }) => ({ value: id, label: coupon.name, detail: coupon.key }))}
      value={discount}
      onValueChange={setDiscount}
      hint="Periods that begin from now on are not lowered any more."
    />
  );
}

export function AddOnFields({ subscription, onWish }: ActionFieldsProps) {
  const plans = usePlanChoices().data?.data ?? [];
  const [addOn, setAddOn] = useState<string | null>(null);
  const [quantity, setQuantity] = useState(1);
  const held = new Set(subscription.addOns.map((one) => one.addOn.id));
  const offered = plans.filter(
    ({ id, kind, archivedAt, offeredWith }) =>
      kind !== 'plan' &&
      archivedAt === null &&
      !held.has(id) &&
      (offeredWith.length === 0 || offeredWith.includes(subscription.plan.key)),
  );
  useWish(onWish, addOn === null ? null : { action: 'add_on', addOn, quantity });
  return (
    <>
      <Select
        name="addOn"
        label="Add-on"
        required
        placeholder="Choose an add-on"
        options={offered.map(({ id, name, kind }) => ({
          value: id,
          label: name,
          detail: kind === 'one_off' ? 'Charged once' : 'Each period',
        }))}
        value={addOn}
        onValueChange={setAddOn}
        hint={`What is offered with ${subscription.plan.name}.`}
      />
      <Quantity value={quantity} onValueChange={setQuantity} />
    </>
  );
}

export function AddOnQuantityFields({ subscription, onWish }: ActionFieldsProps) {
  const [addOn, setAddOn] = useState(subscription.addOns[0]?.addOn.id ?? '');
  const current = subscription.addOns.find((one) => one.addOn.id === addOn)?.quantity ?? 1;
  const [quantity, setQuantity] = useState(current);
  const [moment, setMoment] = useState<Moment<'now' | 'period_end'>>({ word: 'now', day: '' });
  const [isSettled, setSettled] = useState(true);
  const timing = timingOf(moment, subscription.timeZone);
  const wish = { action: 'add_on_quantity' as const, addOn, quantity, proration: proration(isSettled) };
  useWish(onWish, quantity !== current && timing !== null ? { ...wish, ...timing } : null);
  return (
    <>
      <HeldAddOn subscription={subscription} value={addOn} onValueChange={setAddOn} />
      <Quantity value={quantity} onValueChange={setQuantity} />
      <MomentField
        label="When"
        words={NOW_FIRST}
        value={moment}
        onValueChange={setMoment}
        timeZone={subscription.timeZone}
        periodEnd={subscription.currentPeriodEnd}
      />
      <Checkbox label={SETTLE} hint={SETTLE_HINT} checked={isSettled} onCheckedChange={setSettled} />
    </>
  );
}

export function EndAddOnFields({ subscription, onWish }: ActionFieldsProps) {
  const [addOn, setAddOn] = useState(subscription.addOns[0]?.addOn.id ?? '');
  const [moment, setMoment] = useState<Moment<'now' | 'period_end'>>({ word: 'period_end', day: '' });
  const [credit, setCredit] = useState(true);
  const timing = timingOf(moment, subscription.timeZone);
  const wish = { action: 'end_add_on' as const, addOn, credit };
  useWish(onWish, addOn === '' || timing === null ? null : { ...wish, ...timing });
  return (
    <>
      <HeldAddOn subscription={subscription} value={addOn} onValueChange={setAddOn} />
      <MomentField
        label="When it ends"
        words={NOW_FIRST}
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
    </>
  );
}

export function ChargeFields({ subscription, onWish }: ActionFieldsProps) {
  const [description, setDescription] = useState('');
  const [amount, setAmount] = useState<string | null>(null);
  const [quantity, setQuantity] = useState(1);
  const words = description.trim();
  const isMissing = words === '' || amount === null || amount === '0' || amount.startsWith('-');
  useWish(onWish, isMissing ? null : { action: 'charge', description: words, amount, quantity });
  return (
    <>
      <TextField
        name="description"
        label="What for"
        required
        maxLength={200}
        placeholder="Set-up"
        hint="It stands on the invoice."
        value={description}
        onValueChange={setDescription}
      />
      <MoneyField
        name="amount"
        label="Amount for one"
        currency={subscription.currency}
        onAmountChange={setAmount}
        required
      />
      <Quantity value={quantity} onValueChange={setQuantity} />
    </>
  );
}

interface QuantityProps {
  readonly value: number;
  readonly onValueChange: (value: number) => void;
}

function Quantity({ value, onValueChange }: QuantityProps) {
  return (
    <NumberField
      name="quantity"
      label="Quantity"
      min={1}
      value={value}
      onValueChange={(next) => onValueChange(next ?? 1)}
    />
  );
}

interface HeldAddOnProps {
  readonly subscription: Subscription;
  readonly value: string;
  readonly onValueChange: (value: string) => void;
}

/** Which of the add-ons that the subscription has. */
function HeldAddOn({ subscription, value, onValueChange }: HeldAddOnProps) {
  return (
    <Select
      name="addOn"
      label="Add-on"
      options={subscription.addOns.map(({ addOn, quantity }) => ({
        value: addOn.id,
        label: addOn.name,
        detail: `${quantity} now`,
      }))}
      value={value}
      onValueChange={onValueChange}
    />
  );
}
