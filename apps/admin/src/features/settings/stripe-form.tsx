import type { StripeReport } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { Section } from '@billhook/ui/page-header';
import { TextField } from '@billhook/ui/text-field';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem, ProblemText } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { useSaveSettings } from './save-settings.ts';

const AUTHORITIES = [
  { value: 'billhook', label: 'Billhook', detail: 'Lines, tax and collecting are computed here.' },
  {
    value: 'stripe',
    label: 'Stripe',
    detail: 'Customers buy on a page of Stripe; its word is followed.',
  },
] as const;

/** Who computes new subscriptions, and what Stripe shows and is told. */
export function StripeForm() {
  const { settings } = useScope().tenant;
  const save = useSaveSettings();
  const [authority, setAuthority] = useState(settings.newSubscriptions);
  const [reports, setReports] = useState(settings.reportUsageToStripe);
  const [table, setTable] = useState(settings.stripePricingTable?.id ?? '');
  const [key, setKey] = useState(settings.stripePricingTable?.publishableKey ?? '');
  const isTableGiven = table.trim() !== '' || key.trim() !== '';
  return (
    <Section
      title="Billing at Stripe"
      description="For sellers who bill at Stripe already. Who computes a subscription never changes afterwards."
    >
      <Form
        onSubmit={() =>
          save.run({
            settings: {
              newSubscriptions: authority,
              reportUsageToStripe: reports,
              stripePricingTable: isTableGiven ? { id: table.trim(), publishableKey: key.trim() } : null,
            },
          })
        }
        {...formProblem(save.error)}
      >
        <RadioGroup
          label="New subscriptions are billed by"
          value={authority}
          onValueChange={setAuthority}
          options={AUTHORITIES}
        />
        <Checkbox
          label="Report usage to Stripe’s meters"
          hint="Hour by hour, of subscriptions that Stripe bills. Corrections follow."
          checked={reports}
          disabled={!save.may}
          onCheckedChange={setReports}
        />
        <TextField
          name="stripePricingTable.id"
          label="Pricing table of Stripe"
          placeholder="prctbl_…"
          hint="Shown on the pricing page instead of ours. Leave empty for ours."
          value={table}
          disabled={!save.may}
          onValueChange={setTable}
        />
        <TextField
          name="stripePricingTable.publishableKey"
          label="Publishable key"
          placeholder="pk_live_…"
          value={key}
          disabled={!save.may}
          onValueChange={setKey}
        />
        <FormActions>
          <Button type="submit" busy={save.busy} disabled={!save.may}>
            Save billing at Stripe
          </Button>
        </FormActions>
      </Form>
      <Account />
    </Section>
  );
}

/** What is followed, and the two runs that make both sides the same. Each is tried before it is done. */
function Account() {
  const { api, tenant } = useScope();
  const may = useMay(ROLES.money);
  const { data } = useQuery({
    queryKey: [tenant.id, 'stripe-mirror'],
    queryFn: ({ signal }) => api.stripeMirror.get({ signal }),
  });
  const [report, setReport] = useState<StripeReport | null>(null);
  const sync = useCommand((body: { dryRun: boolean }) => api.stripeMirror.syncCatalogue(body), setReport);
  const takeIn = useCommand((body: { dryRun: boolean }) => api.stripeMirror.import(body), setReport);
  const failed = sync.error ?? takeIn.error;
  if (data === undefined) return null;
  const { usageReports: told } = data;
  return (
    <div className="mt-8 flex flex-col gap-4">
      <KeyValue
        items={[
          { label: 'Prices on both sides', value: data.linkedPrices },
          { label: 'Subscriptions followed', value: data.subscriptions },
          { label: 'Invoices followed', value: data.invoices },
          {
            label: 'Waiting',
            value:
              data.waiting.length === 0
                ? 'Nothing'
                : data.waiting
                    .map(({ stripeId, reason }) => `${stripeId} (${reason ?? 'unknown'})`)
                    .join(', '),
          },
          {
            label: 'Reports of usage',
            value: `${told.sent} sent, ${told.waiting} waiting, ${told.failed} failed`,
          },
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button disabled={!may} busy={sync.busy} onClick={() => sync.run({ dryRun: true })}>
          Compare catalogues
        </Button>
        <Button disabled={!may} busy={sync.busy} onClick={() => sync.run({ dryRun: false })}>
          Make them the same
        </Button>
        <Button disabled={!may} busy={takeIn.busy} onClick={() => takeIn.run({ dryRun: true })}>
          Try an import
        </Button>
        <Button disabled={!may} busy={takeIn.busy} onClick={() => takeIn.run({ dryRun: false })}>
          Import the account
        </Button>
      </div>
      {failed ? <ProblemText error={failed} /> : null}
      {report ? <Report report={report} /> : null}
    </div>
  );
}

const ACTIONS = {
  create: 'New',
  update: 'Changed',
  same: 'Same',
  skip: 'Left out',
  conflict: 'Conflict',
} as const;

function Report({ report }: { report: StripeReport }) {
  const told = report.entries.filter(({ action }) => action !== 'same');
  return (
    <div role="status" className="flex flex-col gap-2">
      <p className="font-medium">
        {report.dryRun ? 'Nothing was changed. It would be: ' : 'Done: '}
        {report.created} new, {report.updated} changed, {report.same} the same, {report.skipped} left out,{' '}
        {report.conflicts} in conflict.
      </p>
      <ul className="flex flex-col gap-1 text-sm">
        {told.map((entry, index) => (
          <li key={`${entry.kind}/${entry.stripeId ?? entry.name}/${String(index)}`}>
            {ACTIONS[entry.action]}: {entry.kind.replace('_', ' ')} {entry.name}
            {entry.reason === null ? null : <span className="text-muted">: {entry.reason}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
