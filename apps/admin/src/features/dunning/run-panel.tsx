import type { DunningRun } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Section } from '@billhook/ui/page-header';
import { Badge, Status } from '@billhook/ui/status';
import { useState } from 'react';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { useRuns } from './queries.ts';
import { RunDialog, type RunVerb } from './run-dialog.tsx';
import {
  ACCESS_WORDS,
  ACTION_WORDS,
  KIND_WORDS,
  LEFT_OUT_WORDS,
  MAIL_WORDS,
  OUTCOME_WORDS,
  RUN_STATUS,
  textWords,
} from './words.ts';

/** What happened about unpaid invoices, what is next and when. Nothing where nothing was unpaid. */
export function RunPanel({ customer, invoice }: { customer?: string; invoice?: string }) {
  const { data } = useRuns({
    ...(customer === undefined ? {} : { customer }),
    ...(invoice === undefined ? {} : { invoice }),
  });
  const runs = data ?? [];
  const shown =
    customer === undefined
      ? runs
      : runs.filter(({ status }) => status === 'active' || status === 'paused' || status === 'stopped');
  if (shown.length === 0) return null;
  return (
    <Section title="Unpaid">
      <ul className="flex flex-col gap-6">
        {shown.map((run) => (
          <li key={run.id}>
            <Run run={run} withInvoice={customer !== undefined} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The key of Stripe's own next try among what lies ahead. */
const STRIPE_TRY = 'stripe.try';

function Run({ run, withInvoice }: { run: DunningRun; withInvoice: boolean }) {
  const [asking, setAsking] = useState<RunVerb | null>(null);
  const mayChange = useMay(ROLES.care);
  const isRunning = run.status === 'active' || run.status === 'paused';
  // What Stripe does next cannot be left out from here.
  const next = run.ahead.find(({ key }) => key !== STRIPE_TRY);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <Status tone={RUN_STATUS[run.status].tone}>{RUN_STATUS[run.status].word}</Status>
        <Badge tone={run.access === 'suspended' || run.access === 'limited' ? 'problem' : 'neutral'}>
          {ACCESS_WORDS[run.access]}
        </Badge>
      </div>
      <p className="text-sm text-muted">
        {withInvoice ? `${run.invoiceNumber}: ` : ''}
        {KIND_WORDS[run.failureKind]}
        {run.campaign === null ? '' : `. ${run.campaign.name}, version ${run.campaign.version}`}
      </p>
      <Steps run={run} />
      {isRunning && mayChange ? (
        <div className="flex flex-wrap gap-2 pt-2">
          {run.status === 'active' ? (
            <Button size="sm" onClick={() => setAsking({ kind: 'pause' })}>
              Hold back
            </Button>
          ) : (
            <Button size="sm" onClick={() => setAsking({ kind: 'resume' })}>
              Go on
            </Button>
          )}
          {next ? (
            <Button size="sm" variant="quiet" onClick={() => setAsking({ kind: 'skip', step: next.key })}>
              Skip next step
            </Button>
          ) : null}
          <Button size="sm" variant="quiet" onClick={() => setAsking({ kind: 'stop' })}>
            Stop
          </Button>
        </div>
      ) : null}
      <RunDialog run={run} verb={asking} onClose={() => setAsking(null)} />
    </>
  );
}

function Steps({ run }: { run: DunningRun }) {
  return (
    <ol className="mt-2 flex flex-col border-s border-line-strong ps-3">
      {run.past.map((step) => (
        <li key={step.key} className="flex items-baseline justify-between gap-3 py-1 text-sm text-muted">
          <span>
            {ACTION_WORDS[step.action]}:{' '}
            {step.text === null ? OUTCOME_WORDS[step.outcome].toLowerCase() : textWords(step.text)}
            {step.outcome === 'skipped' && step.reason ? `, ${step.reason}` : ''}
          </span>
          <DateText value={step.at} as="time" />
        </li>
      ))}
      {run.ahead.map((step, index) => (
        <li key={step.key} className="flex items-baseline justify-between gap-3 py-1 text-sm">
          <span className={index === 0 ? 'font-medium' : ''}>
            {step.mail === null ? ACTION_WORDS[step.action] : `Mail: ${MAIL_WORDS[step.mail]}`}
            {index === 0 ? <span className="font-normal text-muted"> (next)</span> : null}
          </span>
          <DateText value={step.at} as="weekday-time" />
        </li>
      ))}
      {run.leftOut
        .filter(({ reason }) => reason !== 'time_passed')
        .map((step) => (
          <li key={step.key} className="py-1 text-sm text-faint">
            {ACTION_WORDS[step.action]}: left out, {LEFT_OUT_WORDS[step.reason]}
          </li>
        ))}
    </ol>
  );
}
