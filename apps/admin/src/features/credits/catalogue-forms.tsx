import type {
  CreateCreditPack,
  CreateCreditType,
  SetCreditAllowance,
  SetCreditCost,
} from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import type { Send } from '@billhook/ui/command';
import { CREDIT_INTERVALS } from '@billhook/ui/credit-words';
import { Form, FormActions } from '@billhook/ui/form';
import { MoneyField } from '@billhook/ui/money-field';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { type ReactNode, useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { useFeatures, usePlans } from '../catalog/queries.ts';
import { TypeSelect } from './hand-forms.tsx';

type Close = { readonly onClose: () => void };
type Texts = Record<string, string>;

const figure = (text: string | undefined) => (text ?? '').trim().replace(',', '.');
const word = (text: string | undefined) => (text ?? '').trim();

interface EntryFormProps<Body> extends Close {
  readonly verb: string;
  readonly said: string;
  readonly send: Send<Body, unknown>;
  readonly read: (texts: Texts) => Body;
  readonly children: ReactNode;
}

/** A form that adds one entry to the catalogue. */
function EntryForm<Body>({ verb, said, send, read, onClose, children }: EntryFormProps<Body>) {
  const add = useCommand(send, () => {
    toast(said);
    onClose();
  });
  return (
    <Form<Texts> onSubmit={(texts) => add.run(read(texts))} {...formProblem(add.error)}>
      {children}
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={add.busy}>
          {verb}
        </Button>
      </FormActions>
    </Form>
  );
}

export function TypeForm({ onClose }: Close) {
  const { api, tenant } = useScope();
  const [money, setMoney] = useState(false);
  return (
    <EntryForm<CreateCreditType>
      verb="Create credit type"
      said="The credit type was created."
      onClose={onClose}
      send={(body, options) => api.creditTypes.create(body, options)}
      read={({ name, key, unit, lowAt }) => ({
        name: word(name),
        key: word(key),
        ...(money ? { currency: tenant.currency, unit: tenant.currency } : { unit: word(unit) || 'credits' }),
        lowAt: figure(lowAt) === '' ? null : figure(lowAt),
      })}
    >
      <TextField name="name" label="Name" required maxLength={200} autoFocus placeholder="AI credits" />
      <TextField name="key" label="Key" required mono hint="Never changes. Your product names it." />
      <Switch label={`Money in ${tenant.currency}`} checked={money} onCheckedChange={setMoney} />
      {money ? null : <TextField name="unit" label="One is called" optional placeholder="credits" />}
      <TextField name="lowAt" label="Tell when fewer are left than" optional inputMode="decimal" />
    </EntryForm>
  );
}

export function CostForm({ onClose }: Close) {
  const { api } = useScope();
  const features = useFeatures();
  const [feature, setFeature] = useState<string | null>(null);
  const [type, setType] = useState<string | null>(null);
  const [goesOn, setGoesOn] = useState(false);
  return (
    <EntryForm<SetCreditCost>
      verb="Set cost from now on"
      said="The cost holds from now on."
      onClose={onClose}
      send={(body, options) => api.creditCosts.set(body, options)}
      read={({ perUnit }) => ({
        feature: feature ?? '',
        creditType: type ?? '',
        perUnit: figure(perUnit),
        beyond: goesOn ? 'allow' : 'block',
      })}
    >
      <Select
        name="feature"
        label="Feature"
        required
        placeholder="Choose a feature"
        options={(features.data?.data ?? []).map(({ key, name }) => ({
          value: key,
          label: name,
          detail: key,
        }))}
        value={feature}
        onValueChange={setFeature}
      />
      <TypeSelect value={type} onValueChange={setType} />
      <TextField
        name="perUnit"
        label="Credits a unit"
        required
        inputMode="decimal"
        hint="What was used before keeps its cost."
      />
      <Switch label="Goes on when they are used up" checked={goesOn} onCheckedChange={setGoesOn} />
    </EntryForm>
  );
}

export function PackForm({ onClose }: Close) {
  const { api, tenant } = useScope();
  const [type, setType] = useState<string | null>(null);
  const [price, setPrice] = useState<string | null>(null);
  const [days, setDays] = useState<number | null>(null);
  return (
    <EntryForm<CreateCreditPack>
      verb="Put on sale"
      said="Customers can buy it now."
      onClose={onClose}
      send={(body, options) => api.creditPacks.create(body, options)}
      read={({ name, key, amount }) => ({
        name: word(name),
        key: word(key),
        creditType: type ?? '',
        amount: figure(amount),
        price: price ?? '',
        currency: tenant.currency,
        expiresAfterDays: days,
      })}
    >
      <TextField name="name" label="Name" required maxLength={200} hint="It stands on the invoice." />
      <TextField name="key" label="Key" required mono hint="Never changes." />
      <TypeSelect value={type} onValueChange={setType} />
      <TextField name="amount" label="Credits" required inputMode="decimal" />
      <MoneyField
        name="price"
        label="Price without tax"
        currency={tenant.currency}
        onAmountChange={setPrice}
        required
      />
      <NumberField
        name="days"
        label="Expire after days"
        optional
        min={1}
        value={days}
        onValueChange={setDays}
      />
    </EntryForm>
  );
}

type Interval = keyof typeof CREDIT_INTERVALS;

const INTERVALS = Object.entries(CREDIT_INTERVALS).map(([value, label]) => ({ value, label }));

export function AllowanceForm({ onClose }: Close) {
  const { api } = useScope();
  const plans = usePlans(false);
  const [plan, setPlan] = useState<string | null>(null);
  const [type, setType] = useState<string | null>(null);
  const [interval, setInterval] = useState<Interval>('month');
  const [survives, setSurvives] = useState<number | null>(0);
  return (
    <EntryForm<SetCreditAllowance>
      verb="Set from now on"
      said="Running subscriptions are granted it now, less what they were granted already."
      onClose={onClose}
      send={(body, options) => api.creditAllowances.set(body, options)}
      read={({ amount, most }) => ({
        plan: plan ?? '',
        creditType: type ?? '',
        amount: figure(amount),
        interval,
        rolloverPeriods: interval === 'once' ? 0 : (survives ?? 0),
        rolloverMax: figure(most) === '' ? null : figure(most),
      })}
    >
      <Select
        name="plan"
        label="Plan"
        required
        placeholder="Choose a plan"
        options={(plans.data?.data ?? []).map(({ key, name }) => ({ value: key, label: name, detail: key }))}
        value={plan}
        onValueChange={setPlan}
      />
      <TypeSelect value={type} onValueChange={setType} />
      <TextField name="amount" label="Amount" required inputMode="decimal" hint="0 ends it." />
      <Select
        name="interval"
        label="How often"
        required
        options={INTERVALS}
        value={interval}
        onValueChange={(next) => setInterval((next ?? 'month') as Interval)}
      />
      {interval === 'once' ? null : (
        <>
          <NumberField
            name="survives"
            label="Unused ones roll over so many times"
            hint="0 lets them lapse."
            min={0}
            max={1200}
            value={survives}
            onValueChange={setSurvives}
          />
          <TextField
            name="most"
            label="At most"
            optional
            inputMode="decimal"
            hint="All of them without it."
          />
        </>
      )}
    </EntryForm>
  );
}
