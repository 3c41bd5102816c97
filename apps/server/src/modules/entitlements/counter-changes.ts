import { invariant } from '@billhook/core/kernel/invariant';
import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import {
  type CounterChange,
  countersOfReading,
  type LockedCounter,
  type LockedCounters,
} from '../usage/api.ts';
import type { Found } from './commands/find-units.ts';
import type { Reservation } from './reservations.ts';

type AcceptedVerdict = Extract<EventVerdict, { outcome: 'accepted' }>;
type Counted = Pick<Found, 'customerId' | 'access'>;
type Held = Pick<Found, 'customerId' | 'meter'>;

/** Gathers what each counter is changed by: a reading counts in every window of its meter that its time lies in. */
export function openCounterChanges(locked: LockedCounters) {
  const byCounter = new Map<LockedCounter, CounterChange>();
  const changeOf = (counter: LockedCounter): CounterChange => {
    const known = byCounter.get(counter);
    if (known !== undefined) return known;
    const made = { counter, used: 0n, held: 0n };
    byCounter.set(counter, made);
    return made;
  };
  return {
    count({ customerId, access: { meters } }: Counted, { readings, countedAt }: AcceptedVerdict): void {
      for (const { meterId, value } of readings) {
        const meter = meters.get(meterId);
        if (meter === undefined) continue;
        for (const counter of countersOfReading(locked, { customerId, meter, countedAt }))
          changeOf(counter).used += value;
      }
    },
    hold({ customerId, meter }: Held, reservation: Reservation): void {
      const counter = locked.find({ customerId, meter, window: reservation.window });
      invariant(counter !== undefined, 'What is held has a counter.');
      changeOf(counter).held += reservation.granted;
    },
    all: () => [...byCounter.values()].filter(({ used, held }) => used !== 0n || held !== 0n),
  };
}
