import type { MyDunningRun } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { TextLink } from '@billhook/ui/link';
import { Card, Section } from '@billhook/ui/page-header';
import { Badge } from '@billhook/ui/status';
import { useMembership } from '../../lib/portal.tsx';
import { useRead } from '../../lib/read.tsx';

const AHEAD: Readonly<Record<MyDunningRun['ahead'][number]['action'], string>> = {
  retry: 'We try to collect it again',
  change_method: 'We try your other payment method',
  mail: 'We remind you by mail',
  sms: 'We remind you by text message',
  limit_access: 'Your access is limited',
  suspend_access: 'Your access is suspended',
  cancel: 'Your subscription ends',
  stop: 'We get in touch with you',
};

const ACCESS = {
  full: null,
  grace: null,
  limited: 'Access limited',
  suspended: 'Access suspended',
} as const;

/** What is unpaid, what happens next and when. Nothing where everything is paid. */
export function Unpaid() {
  const { base } = useMembership();
  const { data } = useRead(['dunning'], async (api, signal) => (await api.dunning.list({}, { signal })).data);
  const runs = data ?? [];
  if (runs.length === 0) return null;
  return (
    <Section title="What happens next" className="mb-8">
      <div className="flex flex-col gap-3">
        {runs.map((run) => (
          <Card key={run.id}>
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <TextLink href={`${base}/invoices/${run.invoice}`}>{run.invoiceNumber}</TextLink>
              {ACCESS[run.access] === null ? null : <Badge tone="problem">{ACCESS[run.access]}</Badge>}
            </div>
            <Ahead run={run} />
          </Card>
        ))}
      </div>
    </Section>
  );
}

function Ahead({ run }: { run: MyDunningRun }) {
  if (run.status === 'paused')
    return <p className="text-muted">Nothing is done for now. You can pay it at any time.</p>;
  if (run.ahead.length === 0) return <p className="text-muted">Pay it, and everything works as before.</p>;
  return (
    <ol className="mt-2 flex flex-col border-s border-line-strong ps-3">
      {run.ahead.map((step) => (
        <li key={step.key} className="flex items-baseline justify-between gap-3 py-1">
          <span>{AHEAD[step.action]}</span>
          <DateText value={step.at} as="weekday-time" />
        </li>
      ))}
    </ol>
  );
}
