import { DateText } from '@billhook/ui/date-text';
import { BareLink } from '@billhook/ui/link';
import { Clock } from 'lucide-react';
import { useClock, useClockRefresh } from '../features/clock/queries.ts';

/** What time it is for this sandbox; leads to where it can be moved. */
export function ClockButton() {
  const clock = useClock();
  useClockRefresh();
  const moving = clock.data?.moving;
  return (
    <BareLink
      href="/clock"
      title="The clock of this sandbox"
      className="flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-hover hover:text-text"
    >
      <Clock aria-hidden="true" size={16} strokeWidth={1.75} className="shrink-0" />
      <span className="num inline-block text-end text-sm max-md:sr-only md:min-w-[5.75rem]">
        {moving ? `Moving, ${moving.percent} %` : clock.data ? <DateText value={clock.data.now} /> : null}
      </span>
    </BareLink>
  );
}
