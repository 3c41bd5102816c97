import { EmptyState } from '@billhook/ui/empty-state';
import { PageHeader } from '@billhook/ui/page-header';
import { Clock } from 'lucide-react';
import { ClockControls, ReleaseButton } from '../features/clock/clock-controls.tsx';
import { ClockFace, MoveProgress } from '../features/clock/clock-face.tsx';
import { useClock } from '../features/clock/queries.ts';
import { ProblemState } from '../lib/problem.tsx';
import { ROLES, useMay } from '../lib/scope.tsx';
import { useDemoMoves } from '../shell/demo-banner.tsx';

/** The time machine of a sandbox. */
export function ClockScreen() {
  const clock = useClock();
  const mayMove = useMay(ROLES.builders);
  const { data } = clock;
  const isDemo = useDemoMoves();
  if (clock.error && !data) {
    return (
      <ProblemState error={clock.error} onRetry={() => void clock.refetch()} retrying={clock.isFetching} />
    );
  }
  if (data && !data.movable) {
    return (
      <EmptyState icon={Clock} title="The clock of a live environment follows real time.">
        Choose a sandbox above to try what happens in a month.
      </EmptyState>
    );
  }
  return (
    <>
      <PageHeader
        title="Clock"
        description="Move time forward and watch what happens: renewals, invoices, payments and mail, in the order they fall due."
        actions={data?.mode === 'frozen' && mayMove && !isDemo ? <ReleaseButton clock={data} /> : null}
      />
      <div className="flex max-w-3xl flex-col gap-8">
        <ClockFace clock={data} isDemo={isDemo} />
        {data ? (
          isDemo ? (
            <p className="text-muted">
              The demo moves this clock day by day until its history is complete. After that it is yours to
              move.
            </p>
          ) : mayMove ? (
            <ClockControls key={data.lastMove?.to ?? 'first'} clock={data} />
          ) : (
            <p className="text-muted">Owners, admins and developers may move this clock.</p>
          )
        ) : null}
        {data && !isDemo ? <MoveProgress clock={data} /> : null}
      </div>
    </>
  );
}
