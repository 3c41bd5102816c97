import type { Decimal12 } from '@billhook/core/kernel/decimal';
import type { JsonObject } from '@billhook/core/kernel/json';
import { Refusal } from '../../../platform/refuse.ts';
import type { StoredFeature, StoredMeter, Words } from '../../catalog/api.ts';
import { isAdditive } from '../../usage/api.ts';
import { type Access, forSubject } from '../access.ts';
import { subjectFault } from '../queries/check.ts';
import { type UnitRight, unitRights } from '../unit-accounts.ts';
import { dataOf, uncountedFault, unitFault } from '../unit-events.ts';

type Asked = {
  customer: string;
  feature: string;
  quantity: Decimal12;
  /** The member or device, for a feature that is counted for each. */
  subject?: string | undefined;
  /** What the event says beside its quantity. */
  data?: JsonObject | undefined;
};
export type ConsumeAsked = Asked & { kind: 'consume'; eventId: string };
export type ReserveAsked = Asked & {
  kind: 'reserve';
  minimum: Decimal12;
  key: string;
  expiresInMs: number;
  onExpiry: 'release' | 'hold';
};
export type UnitsAsked = ConsumeAsked | ReserveAsked;

/** Asked and found: what decides and what is written. */
export type Found<T extends UnitsAsked = UnitsAsked> = {
  asked: T;
  customerId: string;
  feature: StoredFeature;
  meter: StoredMeter;
  access: Access;
  rights: UnitRight[];
  /** What its event says beside the quantity. */
  data: JsonObject;
};

/** What is asked for, in the words of the catalogue and with the rights of whom it is for; a refusal where that fails. */
export function findUnits(
  item: UnitsAsked,
  customers: ReadonlyMap<string, string>,
  words: Words,
  access: ReadonlyMap<string, Access>,
): Found | Refusal {
  const customerId = customers.get(item.customer);
  const feature = words.featuresByKey.get(item.feature);
  if (customerId === undefined)
    return new Refusal('customer.not_found', `There is no customer ${item.customer}.`);
  if (feature === undefined) return new Refusal('feature.not_found', `There is no feature ${item.feature}.`);
  const own = access.get(customerId);
  const meter = own?.meters.get(feature.meterId ?? '');
  if (own === undefined || meter === undefined || meter.archivedAt !== null)
    return new Refusal('feature.not_metered', `The feature ${feature.key} has no meter.`);
  if (!isAdditive(meter))
    return new Refusal(
      'feature.not_consumable',
      `The meter ${meter.key} does not add up, so nobody can say what one more unit comes to.`,
    );
  const { subject = null } = item;
  const data = dataOf(feature, item.data ?? {}, subject);
  const fault =
    subjectFault(feature, subject) ??
    (item.kind === 'consume' ? unitFault(meter, item.quantity) : undefined) ??
    uncountedFault(meter, words, { data, quantity: item.quantity });
  if (fault !== undefined) return fault;
  const theirs = forSubject(own, feature, subject);
  const rights = unitRights(theirs, feature.id);
  return { asked: item, customerId, feature, meter, access: theirs, rights, data };
}
