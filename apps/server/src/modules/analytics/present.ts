import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso, isoOrNull } from '../../platform/sql.ts';
import type { CaseRow, FeedRow } from './repo.ts';

/** TypeID prefixes by the noun of an event or the name of a payload member. */
const PREFIXES: Readonly<Record<string, string>> = {
  customer: 'cus',
  subscription: 'sub',
  invoice: 'inv',
  payment: 'pay',
  payment_method: 'pm',
  payment_request: 'preq',
  refund: 're',
  credit_note: 'cn',
  dispute: 'dp',
  dunning: 'drun',
  approval: 'apr',
  plan: 'plan',
  plan_version: 'plv',
  meter: 'meter',
  feature: 'feat',
  checkout: 'chk',
  case: 'case',
  item: 'si',
  file: 'file',
  usage: 'evt',
  credit: 'inv',
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A row id as its TypeID, where the noun is known; else as it is. */
function typeId(noun: string, uuid: string): string {
  const prefix = PREFIXES[noun];
  return prefix === undefined || !UUID.test(uuid) ? uuid : encodeTypeId(prefix, uuid);
}

export function presentEvent(row: FeedRow) {
  return {
    id: encodeTypeId('evt', row.id),
    object: 'event' as const,
    type: row.type,
    object_id: typeId(row.type.split('.')[0] ?? '', row.object_id),
    customer: row.customer_id === null ? null : encodeTypeId('cus', row.customer_id),
    customer_name: row.customer_name,
    data: { ...knownBy(row), ...presentData(row.payload) },
    occurred_at: iso(row.occurred_at),
    created_at: iso(row.recorded_at),
  };
}

/** The amount and the names that a reader knows an event by; an event that says one of them itself keeps its own. */
function knownBy(row: FeedRow): Record<string, string> {
  const { amount_minor: amount, currency, invoice_number, feature_name, plan_name, from_plan_name } = row;
  const known = {
    amount_minor: amount === null ? null : `${amount}`,
    currency,
    invoice_number,
    feature_name,
    plan_name,
    from_plan_name,
  };
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Members such as `plan_id`, `from_plan_id` and `subscription_ids` carry row ids inside and TypeIDs outside; `at` is a time. */
function presentData(payload: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if (typeof value === 'string' && name.endsWith('_id')) {
        return [name, typeId(nounOf(name), value)];
      }
      if (Array.isArray(value) && name.endsWith('_ids')) {
        return [name, value.map((id) => typeId(nounOf(name), String(id)))];
      }
      if (typeof value === 'number' && (name === 'at' || name.endsWith('_at'))) return [name, iso(value)];
      return [name, value];
    }),
  );
}

function nounOf(name: string): string {
  return name.replace(/_ids?$/, '').replace(/^(from|to)_/, '');
}

export function presentCase(row: CaseRow) {
  return {
    id: encodeTypeId('case', row.id),
    object: 'case' as const,
    kind: row.kind,
    customer: row.customer_id === null ? null : encodeTypeId('cus', row.customer_id),
    customer_name: row.customer_name,
    subject_id: row.subject_id === null ? null : subjectOf(row),
    detail: row.detail,
    facts: presentData(row.facts),
    opened_at: iso(row.opened_at),
    closed_at: isoOrNull(row.closed_at),
    created_at: iso(row.opened_at),
  };
}

function subjectOf({ subject_id: subject, customer_id: customer, kind }: CaseRow): string {
  if (subject === null) return '';
  return typeId(subject === customer ? 'customer' : (kind.split('.')[0] ?? ''), subject);
}
