import type { Decimal12 } from '@billhook/core/kernel/decimal';
import { invariant } from '@billhook/core/kernel/invariant';
import type { EventVerdict } from '@billhook/core/usage/event-verdict';
import {
  type CounterChange,
  countersOfReading,
  type LockedCounter,
  type LockedCounters,
} from '../../usage/api.ts';
import type { Reservation } from '../reservations.ts';
import type { Found } from './find-units.ts';

type AcceptedVerdict = Extract<EventVerdict, { outcome: 'accepted' }>;

/** Gathers what each counter is changed by: a reading counts in every window of its meter that its time lies in. */
export function openChanges(locked: LockedCounters) {
  const byCounter = new Map<LockedCounter, CounterChange>();
  const changeOf = (counter: LockedCounter): CounterChange => {
    const known = byCounter.get(counter);
    if (known !== undefined) return known;
    const made = { counter, used: 0n, held: 0n };
    byCounter.set(counter, made);
    return made;
  };
  return {
    count(
      { customerId, access: { meters } }: Pick<Found, 'customerId' | 'access'>,
      { readings, countedAt }: AcceptedVerdict,
    ): void {
      for (const { meterId, value } of readings) {
        const meter = meters.get(meterId);
        if (meter === undefined) continue;
        for (const counter of countersOfReading(locked, { customerId, meter, countedAt }))
          changeOf(counter).used += value;
      }
    },
    hold({ customerId, window }: Reservation, meter: Found['meter'], by: Decimal12): void {
      const counter = locked.find({ customerId, meter, window });
      invariant(counter !== undefined, 'What is held has a counter.');
      changeOf(counter).held += by;
    },
    all: () => [...byCounter.values()].filter(({ used, held }) => used !== 0n || held !== 0n),
  };
}
