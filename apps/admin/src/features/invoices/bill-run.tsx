import type { BillRun } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { formatQuantity } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { useQuery } from '@tanstack/react-query';
import { useScope } from '../../lib/scope.tsx';
import { runPercent, timeLeft } from './run-words.ts';

const LOOK_AGAIN_MS = 2_000;

/** How far billing is while many customers are billed at once; nothing is shown otherwise. */
export function RunningBillRun() {
  const { api, tenant } = useScope();
  const { data } = useQuery({
    queryKey: [tenant.id, 'bill-runs'],
    queryFn: ({ signal }) => api.billRuns.list({ limit: 1 }, { signal }),
    refetchInterval: ({ state }) => (state.data?.data[0]?.status === 'running' ? LOOK_AGAIN_MS : false),
  });
  const run = data?.data[0];
  return run?.status === 'running' ? <Progress run={run} /> : null;
}

function Progress({ run }: { run: BillRun }) {
  const { locale } = useLocale();
  const count = (value: number) => formatQuantity(`${value}`, locale);
  const percent = runPercent(run);
  return (
    <section aria-label="Bill run under way" className="mb-6 flex flex-col gap-2">
      <p className="flex flex-wrap justify-between gap-x-4">
        <span className="font-semibold">
          <span className="num">{count(run.billedCustomers)}</span> customers done,{' '}
          <span className="num">{count(run.remainingCustomers)}</span> to go
        </span>
        <span className="num text-muted">{timeLeft(run.remainingSeconds)}</span>
      </p>
      <div
        role="progressbar"
        aria-label="How far the bill run has come"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="edge-forced h-2 overflow-hidden rounded-full bg-pressed"
      >
        <div className="fill-forced h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
      </div>
      <p className="text-muted">
        Up to <DateText value={run.billedUpTo} as="time" />.
        {run.parkedCustomers > 0
          ? ` ${count(run.parkedCustomers)} could not be billed and wait for you.`
          : null}
      </p>
    </section>
  );
}
