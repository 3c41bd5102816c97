import type { CouponDuration, CreateCoupon } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { MoneyField } from '@billhook/ui/money-field';
import { NumberField } from '@billhook/ui/number-field';
import { Segmented } from '@billhook/ui/segmented';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { startOfDay } from '../clock/dates.ts';
import { PlanChecks } from './plan-checks.tsx';

type Texts = Record<'name' | 'key' | 'percent' | 'until', string>;

/** A coupon by percent, or by an amount in the currency of the environment; others go through the catalogue file. */
export function CouponForm({ onClose }: { onClose: () => void }) {
  const { api, tenant } = useScope();
  const [kind, setKind] = useState<'percent' | 'amount'>('percent');
  const [amount, setAmount] = useState<string | null>(null);
  const [lasts, setLasts] = useState<CouponDuration['kind']>('once');
  const [count, setCount] = useState(3);
  const [plans, setPlans] = useState<readonly string[]>([]);
  const [most, setMost] = useState<number | null>(null);
  const [mostEach, setMostEach] = useState<number | null>(null);
  const [stackable, setStackable] = useState(true);
  const create = useCommand(
    (body: CreateCoupon, options) => api.coupons.create(body, options),
    (coupon) => {
      toast(`${coupon.name} can be redeemed now.`);
      onClose();
    },
  );
  return (
    <Form<Texts>
      onSubmit={({ name, key, percent, until }) =>
        create.run({
          name: name.trim(),
          key: key.trim().toLowerCase(),
          value:
            kind === 'percent'
              ? { kind, percent: percent.trim().replace(',', '.') }
              : { kind, amounts: { [tenant.currency]: amount ?? '0' } },
          duration: lasts === 'periods' ? { kind: lasts, count } : { kind: lasts },
          plans: [...plans],
          maxRedemptions: most,
          maxPerCustomer: mostEach,
          redeemBy: until ? startOfDay(until, tenant.timeZone) : null,
          stackable,
        })
      }
      {...formProblem(create.error)}
    >
      <Names />
      <ValueFields kind={kind} onKind={setKind} currency={tenant.currency} onAmount={setAmount} />
      <DurationFields lasts={lasts} onLasts={setLasts} count={count} onCount={setCount} />
      <PlanChecks
        label="Plans it is for"
        hint="None chosen means all."
        value={plans}
        onValueChange={setPlans}
      />
      <Limits most={most} onMost={setMost} mostEach={mostEach} onMostEach={setMostEach} />
      <TextField name="until" label="Not from this day on" type="date" optional />
      <Checkbox label="May stand beside other coupons" checked={stackable} onCheckedChange={setStackable} />
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={create.busy}>
          Create coupon
        </Button>
      </FormActions>
    </Form>
  );
}

function Names() {
  return (
    <>
      <TextField
        name="name"
        label="Name"
        required
        maxLength={200}
        autoFocus
        hint="It stands on the invoice."
        placeholder="20 % off to welcome you"
      />
      <TextField
        name="key"
        label="Code"
        required
        mono
        hint="What customers type, in capitals or not. Never changes."
        placeholder="welcome-20"
      />
    </>
  );
}

interface DurationFieldsProps {
  readonly lasts: CouponDuration['kind'];
  readonly onLasts: (lasts: CouponDuration['kind']) => void;
  readonly count: number;
  readonly onCount: (count: number) => void;
}

function DurationFields({ lasts, onLasts, count, onCount }: DurationFieldsProps) {
  return (
    <>
      <RadioGroup
        label="For how long"
        boxed
        value={lasts}
        onValueChange={onLasts}
        options={[
          { value: 'once', label: 'The first period' },
          { value: 'periods', label: 'Several periods' },
          { value: 'forever', label: 'Every period' },
        ]}
      />
      {lasts === 'periods' ? (
        <NumberField
          name="count"
          label="Periods"
          min={1}
          max={1200}
          value={count}
          onValueChange={(value) => onCount(value ?? 1)}
        />
      ) : null}
    </>
  );
}

interface LimitsProps {
  readonly most: number | null;
  readonly onMost: (most: number | null) => void;
  readonly mostEach: number | null;
  readonly onMostEach: (most: number | null) => void;
}

function Limits({ most, onMost, mostEach, onMostEach }: LimitsProps) {
  return (
    <>
      <NumberField
        name="maxRedemptions"
        label="How often in all"
        optional
        min={1}
        value={most}
        onValueChange={onMost}
      />
      <NumberField
        name="maxPerCustomer"
        label="How often a customer"
        optional
        min={1}
        value={mostEach}
        onValueChange={onMostEach}
      />
    </>
  );
}

interface ValueFieldsProps {
  readonly kind: 'percent' | 'amount';
  readonly onKind: (kind: 'percent' | 'amount') => void;
  readonly currency: string;
  readonly onAmount: (amountMinor: string | null) => void;
}

function ValueFields({ kind, onKind, currency, onAmount }: ValueFieldsProps) {
  return (
    <>
      <Segmented
        label="What it takes off"
        value={kind}
        onValueChange={onKind}
        options={[
          { value: 'percent', label: 'Percent' },
          { value: 'amount', label: 'Amount' },
        ]}
      />
      {kind === 'percent' ? (
        <TextField name="percent" label="Percent" required inputMode="decimal" suffix="%" />
      ) : (
        <MoneyField
          name="amount"
          label="Amount each period"
          currency={currency}
          onAmountChange={onAmount}
          required
        />
      )}
    </>
  );
}
