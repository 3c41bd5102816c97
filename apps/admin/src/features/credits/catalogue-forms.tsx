import type {
  CreateCreditPack,
  CreateCreditType,
  SetCreditAllowance,
  SetCreditCost,
} from '@billhook/sdk/generated/types';
import { Switch } from '@billhook/ui/choice';
import { typedCredits } from '@billhook/ui/credit-figures';
import { CREDIT_INTERVALS } from '@billhook/ui/credit-words';
import { MoneyField } from '@billhook/ui/money-field';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';
import { useScope } from '../../lib/scope.tsx';
import { useFeatures, usePlanNames, usePlans } from '../catalog/queries.ts';
import { AmountField, EntryForm, type EntryFormProps, type Texts, useTypeChoice } from './entry-form.tsx';

type Close = Pick<EntryFormProps<unknown>, 'onClose'>;

const word = (text: string | undefined) => (text ?? '').trim();
const orNull = (text: string) => (text === '' ? null : text);

/** Name and key, as every entry has them that can be named. */
const named = ({ name, key }: Texts) => ({ name: word(name), key: word(key) });

function NameFields({ example, hint }: { example: string; hint?: string }) {
  return (
    <>
      <TextField
        name="name"
        label="Name"
        required
        maxLength={200}
        autoFocus
        placeholder={example}
        {...(hint === undefined ? {} : { hint })}
      />
      <TextField name="key" label="Key" required mono hint="Never changes. Your product names it." />
    </>
  );
}

export function TypeForm({ onClose }: Close) {
  const { api, tenant } = useScope();
  const [money, setMoney] = useState(false);
  const counted = money ? { currency: tenant.currency, unit: tenant.currency } : undefined;
  return (
    <EntryForm<CreateCreditType>
      verb="Create credit type"
      said="The credit type was created."
      onClose={onClose}
      send={(body, options) => api.creditTypes.create(body, options)}
      read={(texts) => ({
        ...named(texts),
        ...(counted ?? { unit: word(texts.unit) || 'credits' }),
        lowAt: orNull(typedCredits(texts.lowAt, counted)),
      })}
    >
      <NameFields example="AI credits" />
      <Switch label={`They are money, in ${tenant.currency}`} checked={money} onCheckedChange={setMoney} />
      {money ? null : <TextField name="unit" label="What they are called" optional placeholder="credits" />}
      <AmountField
        name="lowAt"
        label="Warn when fewer are left than"
        type={counted}
        optional
        hint="The customer gets a mail, your product an event."
      />
    </EntryForm>
  );
}

export function CostForm({ onClose }: Close) {
  const { api } = useScope();
  const features = useFeatures();
  const [feature, setFeature] = useState<string | null>(null);
  const [goesOn, setGoesOn] = useState(false);
  const choice = useTypeChoice();
  return (
    <EntryForm<SetCreditCost>
      verb="Set cost from now on"
      said="The cost holds from now on."
      onClose={onClose}
      send={(body, options) => api.creditCosts.set(body, options)}
      read={({ perUnit }) => ({
        feature: feature ?? '',
        creditType: choice.key,
        perUnit: choice.amount(perUnit),
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
      {choice.field}
      <AmountField
        name="perUnit"
        label="One unit costs"
        type={choice.type}
        hint="What was used before keeps its cost."
      />
      <Switch label="Goes on when they are used up" checked={goesOn} onCheckedChange={setGoesOn} />
    </EntryForm>
  );
}

export function PackForm({ onClose }: Close) {
  const { api, tenant } = useScope();
  const [price, setPrice] = useState<string | null>(null);
  const [days, setDays] = useState<number | null>(null);
  const choice = useTypeChoice();
  return (
    <EntryForm<CreateCreditPack>
      verb="Put on sale"
      said="Customers can buy it now."
      onClose={onClose}
      send={(body, options) => api.creditPacks.create(body, options)}
      read={(texts) => ({
        ...named(texts),
        creditType: choice.key,
        amount: choice.amount(texts.amount),
        price: price ?? '',
        currency: tenant.currency,
        expiresAfterDays: days,
      })}
    >
      <NameFields example="1,000 AI credits" hint="It stands on the invoice." />
      {choice.field}
      <AmountField name="amount" label="How many" type={choice.type} />
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
        hint="They never expire without it."
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
  const nameOf = usePlanNames();
  const [plan, setPlan] = useState<string | null>(null);
  const [interval, setInterval] = useState<Interval>('month');
  const [survives, setSurvives] = useState<number | null>(0);
  const choice = useTypeChoice();
  return (
    <EntryForm<SetCreditAllowance>
      verb="Set from now on"
      said="Running subscriptions are granted it now, less what they were granted already."
      onClose={onClose}
      send={(body, options) => api.creditAllowances.set(body, options)}
      read={({ amount, most }) => ({
        plan: plan ?? '',
        creditType: choice.key,
        amount: choice.amount(amount),
        interval,
        rolloverPeriods: interval === 'once' ? 0 : (survives ?? 0),
        rolloverMax: orNull(choice.amount(most)),
      })}
    >
      <Select
        name="plan"
        label="Plan"
        required
        placeholder="Choose a plan"
        options={(plans.data?.data ?? []).map(({ key }) => ({ value: key, label: nameOf(key), detail: key }))}
        value={plan}
        onValueChange={setPlan}
      />
      {choice.field}
      <AmountField name="amount" label="Amount" type={choice.type} hint="0 ends it." />
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
            label="Ends that unused ones survive"
            hint="0 lets them lapse at the end of each one."
            min={0}
            max={1200}
            value={survives}
            onValueChange={setSurvives}
          />
          <AmountField
            name="most"
            label="Carried over at most"
            type={choice.type}
            optional
            hint="All of them without it."
          />
        </>
      )}
    </EntryForm>
  );
}
