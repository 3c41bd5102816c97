import type { Clock } from '@billhook/sdk/generated/types';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useScope } from '../../lib/scope.tsx';

const MOVING_MS = 300;
const RESTING_MS = 15_000;
const REREAD_MS = 2_000;

/**
 * The clock of the tenant. While it moves it is asked for several times a second and the screen is read anew every
 * two seconds; once it has arrived, everything that was read before is out of date.
 */
export function useClock() {
  const { api, tenant } = useScope();
  const clock = useQuery<Clock>({
    queryKey: [tenant.id, 'clock'],
    queryFn: ({ signal }) => api.clock.get({ signal }),
    refetchInterval: ({ state }) => (state.data?.moving ? MOVING_MS : RESTING_MS),
  });
  return clock;
}

/** Reads the screen anew while the clock moves. Once in the shell. */
export function useClockRefresh(): void {
  const { tenant } = useScope();
  const queryClient = useQueryClient();
  const { data: clock } = useClock();
  const frozenAt = clock?.mode === 'frozen' ? clock.now : undefined;
  const seen = useRef<string | undefined>(undefined);
  const readAtMs = useRef(0);
  const moving = Boolean(clock?.moving);
  useEffect(() => {
    if (frozenAt === undefined || frozenAt === seen.current) return;
    const first = seen.current === undefined;
    const nowMs = performance.now();
    if (!first && moving && nowMs - readAtMs.current < REREAD_MS) return;
    seen.current = frozenAt;
    readAtMs.current = nowMs;
    if (first) return;
    void queryClient.invalidateQueries({
      queryKey: [tenant.id],
      predicate: ({ queryKey }) => queryKey[1] !== 'clock',
    });
  }, [frozenAt, moving, queryClient, tenant.id]);
}
