import type { OperatorRoutes } from '@billhook/contract/routes';
import { type Decimal12, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { least } from '@billhook/core/kernel/least';
import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import { type Handlers, hot, outside } from '../../http/handlers.ts';
import { refuse } from '../../platform/refuse.ts';
import { iso } from '../../platform/sql.ts';
import type { Transactor } from '../../platform/transaction.ts';
import { joinEnds, joinUnits } from './commands/join-units.ts';
import { readQuantity } from './queries/check.ts';
import type { Reservation } from './reservations.ts';
import type { RightsStream } from './stream.ts';

type RouteIds =
  | 'consumeUsage'
  | 'createReservation'
  | 'settleReservation'
  | 'releaseReservation'
  | 'streamEntitlements';

const EXPIRES_IN_S = 300;

/** Units of a limit that are taken, held and given back, and the news of rights. */
export function unitRoutes(deps: {
  transactor: Transactor;
  stream: RightsStream;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const take = joinUnits(deps.transactor);
  const end = joinEnds(deps.transactor);
  return {
    consumeUsage: hot(async (request, { body }) => {
      const { event_id: eventId, customer, feature, subject, data } = body;
      const quantity = readQuantity(body.quantity);
      const asked = { kind: 'consume' as const, customer, feature, quantity, subject, data, eventId };
      const { outcome, standing, paid } = await take(request, asked);
      const status = outcome === 'done' ? 'counted' : outcome === 'known' ? 'duplicate' : 'refused';
      return {
        object: 'consumed_usage',
        event_id: eventId,
        status,
        credits: paid,
        entitlement: standing,
      };
    }),
    createReservation: hot(async (request, { body }) => {
      const { customer, feature, key, subject, data } = body;
      const quantity = readPositive(body.quantity);
      const answer = await take(request, {
        kind: 'reserve',
        customer,
        feature,
        quantity,
        subject,
        data,
        minimum: body.minimum === undefined ? quantity : least(readQuantity(body.minimum), quantity),
        key,
        expiresInMs: (body.expires_in_s ?? EXPIRES_IN_S) * 1000,
        onExpiry: body.on_expiry ?? 'release',
      });
      return presentReserved(answer);
    }),
    settleReservation: hot(async (request, { params, body }) =>
      presentSettled(
        await end(request, {
          kind: 'settle',
          id: reservationRow(params.id),
          quantity: readQuantity(body.quantity),
          eventId: body.event_id,
          keep: readQuantity(body.keep ?? '0'),
          expiresInMs: body.expires_in_s === undefined ? null : body.expires_in_s * 1000,
        }),
      ),
    ),
    releaseReservation: hot(async (request, { params }) =>
      presentSettled(await end(request, { kind: 'release', id: reservationRow(params.id) })),
    ),
    streamEntitlements: outside(async (request) => ({
      contentType: 'text/event-stream',
      headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      body: deps.stream.open(request),
    })),
  };
}

function readPositive(text: string): Decimal12 {
  const quantity = readQuantity(text);
  if (quantity > 0n) return quantity;
  const detail = 'A reservation is of more than nothing.';
  return refuse('request.invalid', detail, { faults: [{ pointer: '/quantity', code: 'quantity', detail }] });
}

function presentReserved<T>({ reservation, standing }: { reservation: Reservation | null; standing: T }) {
  return {
    object: 'reservation' as const,
    id: reservation === null ? null : encodeTypeId('rsv', reservation.id),
    allowed: reservation !== null,
    quantity: reservation === null ? '0' : formatDecimal12(reservation.granted),
    expires_at: reservation === null ? null : iso(reservation.expiresAt),
    created_at: reservation === null ? null : iso(reservation.createdAt),
    entitlement: standing,
  };
}

function presentSettled<T>({ reservation, standing }: { reservation: Reservation; standing: T }) {
  return {
    object: 'settled_reservation' as const,
    id: encodeTypeId('rsv', reservation.id),
    settled: formatDecimal12(reservation.settled),
    held: formatDecimal12(reservation.held),
    expires_at: iso(reservation.expiresAt),
    created_at: iso(reservation.createdAt),
    entitlement: standing,
  };
}

function reservationRow(text: string): string {
  const id = decodeTypeId('rsv', text);
  return id.ok ? id.value : refuse('reservation.not_found', `There is no reservation ${text}.`);
}
