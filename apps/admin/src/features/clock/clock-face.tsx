import type { Clock } from '@billhook/sdk/generated/types';
import { DateText } from '@billhook/ui/date-text';
import { formatDateFull } from '@billhook/ui/format-date';
import { useLocale } from '@billhook/ui/locale';
import { Skeleton } from '@billhook/ui/skeleton';
import { Banner, Status } from '@billhook/ui/status';
import { workRows } from './work.ts';

interface ClockFaceProps {
  readonly clock: Clock | undefined;
  /** The demo moves it. */
  readonly isDemo: boolean;
}

/** What time it is, large, and how the clock runs. */
export function ClockFace({ clock, isDemo }: ClockFaceProps) {
  const { locale, timeZone } = useLocale();
  return (
    <div className="border-y border-line py-6">
      <p className="num text-xl font-semibold tracking-[-0.02em]">
        {clock ? <DateText value={clock.now} as="time" /> : <Skeleton className="h-9 w-64" />}
      </p>
      <p className="mt-1 min-h-5 text-muted">{clock ? formatDateFull(clock.now, locale, timeZone) : null}</p>
      <p className="mt-3 min-h-5">
        {clock ? (
          isDemo ? (
            <Status tone="info">Moved by the demo</Status>
          ) : clock.moving ? (
            <Status tone="info">Moving</Status>
          ) : clock.mode === 'frozen' ? (
            <Status tone="attention">Stands still until it is moved</Status>
          ) : (
            <Status tone="ok">Follows real time</Status>
          )
        ) : null}
      </p>
    </div>
  );
}

/** How far a move has come, and what it has done on the way. */
export function MoveProgress({ clock }: { clock: Clock }) {
  const move = clock.moving ?? clock.lastMove;
  if (!move) return null;
  const done = workRows(move.done);
  return (
    <section aria-label={clock.moving ? 'Move under way' : 'Last move'} className="flex flex-col gap-3">
      <h2 className="text-md font-semibold">{clock.moving ? 'Under way' : 'Last move'}</h2>
      {move.fault ? (
        <Banner tone="problem" title="The move stopped.">
          {move.fault} What was done until then stays.
        </Banner>
      ) : null}
      <p className="num text-muted">
        <DateText value={move.from} as="time" /> → <DateText value={move.to} as="time" />
      </p>
      <div
        role="progressbar"
        aria-label="How far the move has come"
        aria-valuenow={move.percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="edge-forced h-2 overflow-hidden rounded-full bg-pressed"
      >
        <div className="fill-forced h-full rounded-full bg-accent" style={{ width: `${move.percent}%` }} />
      </div>
      <p className="num text-sm text-muted" aria-live="polite">
        {move.percent} %
        {clock.moving ? (
          <>
            , now at <DateText value={move.at} as="time" />
          </>
        ) : null}
        . {move.steps === 1 ? 'One stop' : `${move.steps} stops`} where something was due.
      </p>
      {done.length > 0 ? (
        <ul className="grid gap-x-8 sm:grid-cols-2">
          {done.map(({ what, count }) => (
            <li key={what} className="flex justify-between gap-4 border-b border-line py-1.5">
              <span>{what}</span>
              <span className="num">{count}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
