import { DECIMAL12_ZERO, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { parseInstant } from '@billhook/core/time/instant';
import type { CommandCtx } from '../../../platform/context.ts';
import { refuse } from '../../../platform/refuse.ts';
import { iso } from '../../../platform/sql.ts';
import { listMeters, type StoredMeter } from '../../catalog/api.ts';
import { paidBefore, paidNow } from '../../credits/api.ts';
import { customerBySubject, lockCustomer } from '../../customers/api.ts';
import { holdEventId, ingest, takeBurnMarks } from '../../usage/api.ts';
import { burnWaiting, payForEvents } from '../burning.ts';
import { checkFor, featureByKey, readQuantity, requireSubject, type UpgradeUrl } from '../queries/check.ts';
import { TRACK_SOURCE, unitFault } from '../unit-events.ts';

export type TrackInput = {
  customer: string;
  feature: string;
  quantity?: string | undefined;
  /** What the meter's conditions and groups go by, and the value itself where it counts different ones. */
  data?: Record<string, unknown> | undefined;
  event_id: string;
  time?: string | undefined;
  /** The member or device, for a feature that is counted for each. */
  subject?: string | undefined;
};

/**
 * Counts usage of a metered feature once for its event id, and says how the customer stands afterwards. What was used
 * is counted also beyond the limit, and paid for with what credits there are: asking before is what `check` is for.
 */
export async function track(ctx: CommandCtx, input: TrackInput, upgradeUrl: UpgradeUrl) {
  const customer = await customerBySubject(ctx, input.customer);
  const feature = await featureByKey(ctx, input.feature);
  const meter = (await listMeters(ctx)).find((candidate) => candidate.id === feature.meterId);
  if (meter === undefined) return refuse('feature.not_metered', `The feature ${feature.key} has no meter.`);
  requireSubject(feature, input.subject);
  if (meter.burnsCredits) {
    // Credits are spent under the full lock, which is taken before anything else is.
    await lockCustomer(ctx, customer.id);
    await burnWaiting(ctx, [customer.id]);
  }
  const event = {
    specversion: '1.0',
    id: input.event_id,
    source: TRACK_SOURCE,
    type: meter.eventType,
    subject: input.customer,
    time: await timeOf(ctx, input),
    data: {
      ...input.data,
      ...dataOf(meter, input.quantity),
      ...(feature.subjectProperty === null ? {} : { [feature.subjectProperty]: input.subject }),
    },
  };
  const { results } = await ingest(ctx, [event]);
  const [result] = results;
  if (result === undefined) throw new Error('an event was sent and not answered');
  const paid = meter.burnsCredits ? await payTracked(ctx, customer.id, feature.id, input.event_id) : null;
  return {
    object: 'tracked_usage' as const,
    event_id: input.event_id,
    status: result.status,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    credits: paid,
    check: await checkFor(
      ctx,
      customer,
      feature,
      { requested: DECIMAL12_ZERO, subject: input.subject },
      upgradeUrl,
    ),
  };
}

/** Pays for the event as it counts; what paid for it before, where it was sent again. */
async function payTracked(ctx: CommandCtx, customerId: string, featureId: string, eventId: string) {
  const [mark] = await takeBurnMarks(ctx, [customerId], 1);
  const key = { customerId, source: TRACK_SOURCE, eventId };
  if (mark === undefined) return (await paidBefore(ctx, [{ ...key, featureId }]))[0] ?? null;
  const { payments } = await payForEvents(ctx, [{ ...key, featureId }]);
  const own = payments.filter(({ consumption }) => consumption.featureId === featureId);
  return (await paidNow(ctx, own))[0] ?? null;
}

/**
 * The time that was sent. Without one it is now, or, when the event id is repeated, the time that it was counted at:
 * a repetition a moment later is still the same event.
 */
async function timeOf(ctx: CommandCtx, input: TrackInput): Promise<string> {
  if (input.time !== undefined) {
    const time = parseInstant(input.time);
    if (time.ok) return input.time;
    const { code, detail } = time.refusal;
    refuse('request.invalid', detail, { faults: [{ pointer: '/time', code, detail }] });
  }
  const before = await holdEventId(ctx, TRACK_SOURCE, input.event_id);
  return iso(before ?? ctx.now);
}

function dataOf(meter: StoredMeter, text: string | undefined): Record<string, string> {
  const quantity = readQuantity(text);
  if (meter.valueProperty !== null && meter.aggregation !== 'unique')
    return { [meter.valueProperty]: formatDecimal12(quantity) };
  const fault = unitFault(meter, quantity);
  if (fault !== undefined) throw fault;
  return {};
}
