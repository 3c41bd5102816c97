import { counted } from '@billhook/core/kernel/counted';
import type { HealthReport } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DataTable } from '@billhook/ui/data-table';
import { DateText } from '@billhook/ui/date-text';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Status, type Tone } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SecretSheet } from '../features/settings/secret-sheet.tsx';
import { ProblemState } from '../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';

type Check = HealthReport['checks'][number];

const STATES: Readonly<Record<Check['state'], { tone: Tone; word: string }>> = {
  ok: { tone: 'ok', word: 'Well' },
  attention: { tone: 'attention', word: 'Look' },
  problem: { tone: 'problem', word: 'Problem' },
  off: { tone: 'neutral', word: 'Not set up' },
};
const AGES: Readonly<Record<HealthReport['secrets'][number]['state'], { tone: Tone; word: string }>> = {
  fresh: { tone: 'ok', word: 'Fresh' },
  due_soon: { tone: 'attention', word: 'Replace soon' },
  overdue: { tone: 'problem', word: 'Overdue' },
};

/** Every credential and webhook as it looks right now. Looking charges and changes nothing. */
export function HealthScreen() {
  const { api, tenant } = useScope();
  const report = useQuery({
    queryKey: [tenant.id, 'health'],
    queryFn: ({ signal }) => api.health.report({ signal }),
    staleTime: 60_000,
  });
  const { data } = report;
  return (
    <>
      <PageHeader
        title="Health"
        description={
          data ? (
            <>
              Checked on <DateText value={data.checkedAt} as="time" />. Nothing was charged.
            </>
          ) : (
            'Checks every credential and webhook, without charging.'
          )
        }
        mark={data ? <Status tone={STATES[data.state].tone}>{STATES[data.state].word}</Status> : null}
        actions={
          <Button variant="primary" busy={report.isFetching} onClick={() => void report.refetch()}>
            Check again
          </Button>
        }
      />
      {report.error && !data ? (
        <ProblemState error={report.error} onRetry={() => void report.refetch()} />
      ) : (
        <div className="flex flex-col gap-10">
          <Checks report={data} />
          <Section title="Secrets" description="How old each is against how long it may be used.">
            <Secrets report={data} />
          </Section>
        </div>
      )}
    </>
  );
}

function Checks({ report }: { report: HealthReport | undefined }) {
  return (
    <DataTable
      label="Checks"
      hotkeys={false}
      loading={report === undefined}
      rows={report?.checks ?? []}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'state',
          header: 'State',
          phone: 'end',
          cell: ({ state }) => <Status tone={STATES[state].tone}>{STATES[state].word}</Status>,
        },
        {
          key: 'title',
          header: 'Check',
          phone: 'title',
          cell: ({ subject, title }) => `${subject}: ${title}`,
        },
        {
          key: 'detail',
          header: 'What was seen',
          fill: true,
          phone: 'below',
          cell: ({ detail, nextStep }) => (
            <span className="whitespace-normal">
              {detail} {nextStep ? <strong className="font-medium">{nextStep}</strong> : null}
            </span>
          ),
        },
      ]}
      empty={null}
    />
  );
}

function Secrets({ report }: { report: HealthReport | undefined }) {
  const may = useMay(ROLES.admins);
  const [changed, setChanged] = useState<HealthReport['secrets'][number] | null>(null);
  return (
    <>
      <DataTable
        label="Secrets"
        hotkeys={false}
        loading={report === undefined}
        rows={report?.secrets ?? []}
        rowKey={({ name }) => name}
        columns={[
          { key: 'name', header: 'Secret', fill: true, phone: 'title', cell: ({ name }) => name },
          {
            key: 'state',
            header: 'State',
            cell: ({ state }) => <Status tone={AGES[state].tone}>{AGES[state].word}</Status>,
          },
          {
            key: 'age',
            header: 'Age',
            numeric: true,
            cell: ({ ageDays, rotateDays }) => (
              <span className="whitespace-nowrap">{`${ageDays} of ${counted(rotateDays, 'day')}`}</span>
            ),
          },
          { key: 'due', header: 'Replace by', cell: ({ dueAt }) => <DateText value={dueAt} /> },
          {
            key: 'end',
            header: 'Ends at its issuer',
            cell: ({ expiresAt }) =>
              expiresAt === null ? (
                <span className="text-muted">Not known</span>
              ) : (
                <DateText value={expiresAt} />
              ),
          },
          ...(may
            ? [
                {
                  key: 'change',
                  header: <span className="sr-only">Change</span>,
                  cell: (secret: HealthReport['secrets'][number]) => (
                    <Button
                      size="sm"
                      variant="quiet"
                      aria-label={`Change the times of ${secret.name}`}
                      onClick={() => setChanged(secret)}
                    >
                      Change
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
        empty={
          <p className="py-4 text-muted">No secret of yours is in use here: a sandbox has none of its own.</p>
        }
      />
      <SecretSheet secret={changed} onClose={() => setChanged(null)} />
    </>
  );
}
