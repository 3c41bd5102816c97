import { namedAccount } from '@billhook/core/transfer/datev/buchungsstapel';
import { chartDefaults, type KnownChart } from '@billhook/core/transfer/datev/chart-defaults';
import type { AccountingSettings, DatevSettings } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { Banner } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { ProblemState } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { DatevAccounts } from './datev-accounts.tsx';
import { useAccountingSettings } from './queries.ts';

type Fields = Record<string, string>;

/** `1` as `January`. */
const MONTHS = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, index)),
}));

/** What the tax adviser says: numbers, and which account is which. */
export function DatevForm() {
  const settings = useAccountingSettings();
  if (settings.error && !settings.data)
    return <ProblemState error={settings.error} onRetry={() => void settings.refetch()} />;
  return settings.data ? <Loaded settings={settings.data} /> : null;
}

function readFields(fields: Fields, accounts: readonly string[]): DatevSettings {
  const named = accounts.flatMap((account) => {
    const number = fields[`number ${account}`]?.trim() ?? '';
    const taxKey = fields[`key ${account}`]?.trim() ?? '';
    return number === '' ? [] : [{ account, number, taxKey: taxKey === '' ? null : taxKey }];
  });
  return {
    consultant: Number(fields.consultant),
    client: Number(fields.client),
    fiscalYearMonth: Number(fields.fiscalYearMonth),
    accountLength: Number(fields.accountLength),
    chart: fields.chart ? fields.chart : null,
    fixed: false,
    accounts: named,
  };
}

function Loaded({ settings }: { settings: AccountingSettings }) {
  const { api } = useScope();
  const may = useMay(ROLES.money);
  const { datev, missingAccounts } = settings;
  const [proposed, setProposed] = useState<KnownChart | null>(null);
  const known = new Map((datev?.accounts ?? []).map((one) => [one.account, one]));
  const accounts = [...new Set([...known.keys(), ...missingAccounts])].toSorted();
  const save = useCommand(
    (next: DatevSettings, options) => api.accountingSettings.put({ datev: next }, options),
    () => toast('Accounting settings saved.'),
  );
  const figure = (name: keyof DatevSettings, label: string, usual: string, hint?: string) => (
    <TextField
      name={name}
      label={label}
      required
      inputMode="numeric"
      defaultValue={String(datev?.[name] ?? usual)}
      hint={hint}
      disabled={!may}
    />
  );
  return (
    <Form<Fields> onSubmit={(fields) => save.run(readFields(fields, accounts))} className="max-w-160">
      {save.error ? <ProblemState error={save.error} compact /> : null}
      {missingAccounts.length > 0 ? (
        <Banner tone="attention" title="Some accounts have no number yet">
          A file for DATEV needs one for each account that it moves. Your tax adviser knows them.
        </Banner>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        {figure('consultant', 'Number of the tax adviser', '')}
        {figure('client', 'Number of the client', '')}
        <Select
          name="fiscalYearMonth"
          label="The fiscal year begins in"
          defaultValue={String(datev?.fiscalYearMonth ?? 1)}
          options={MONTHS}
          disabled={!may}
        />
        {figure('accountLength', 'Digits of an account', '4', 'Those of customers have one more.')}
        <TextField
          name="chart"
          label="Chart of accounts"
          optional
          placeholder="03"
          defaultValue={datev?.chart ?? ''}
          disabled={!may}
        />
      </div>
      {may ? <Proposals onPropose={setProposed} /> : null}
      <DatevAccounts
        key={proposed}
        accounts={accounts}
        known={(account) => known.get(account) ?? proposalFor(proposed, account)}
        disabled={!may}
      />
      {may ? (
        <FormActions>
          <Button variant="primary" type="submit" busy={save.busy}>
            Save accounts
          </Button>
        </FormActions>
      ) : null}
    </Form>
  );
}

type Named = DatevSettings['accounts'][number];

function proposalFor(chart: KnownChart | null, account: string): Named | undefined {
  const found = chart === null ? undefined : namedAccount({ accounts: chartDefaults(chart) }, account);
  return found === undefined ? undefined : { account, ...found };
}

const CHARTS: readonly KnownChart[] = ['03', '04'];

/** Fills in what has no number yet; nothing is saved by that. */
function Proposals({ onPropose }: { readonly onPropose: (chart: KnownChart) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      {CHARTS.map((chart) => (
        <Button key={chart} type="button" onClick={() => onPropose(chart)}>
          Propose numbers of SKR{chart}
        </Button>
      ))}
      <p className="text-muted text-sm">
        Fills in what has no number yet. Your tax adviser’s word counts; nothing is saved until you save.
      </p>
    </div>
  );
}
