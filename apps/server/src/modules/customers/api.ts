import { invariant } from '@billhook/core/kernel/invariant';
import { decodeTypeId } from '@billhook/core/kernel/typeid';
import type { CommandCtx, EarlyCtx, QueryCtx } from '../../platform/context.ts';
import { refuse } from '../../platform/refuse.ts';
import {
  addCredit,
  type Called,
  clearParked,
  customersById,
  existingIds,
  holdByIds,
  idsByExternalId,
  insistOnCalled,
  isErasedRow,
  type LockStrength,
  lockCustomerRows,
  setErased,
  setParked,
  shareCustomerRows,
} from './repo.ts';
import type { Customer } from './types.ts';

export { createCustomer as createCustomerFrom } from './commands/create-customer.ts';
export { keepLocationEvidence, keepVisit } from './commands/keep-evidence.ts';
export { updateCustomer } from './commands/update-customer.ts';
export { creditIn } from './credit.ts';
export { customerRowId } from './ids.ts';
export { checkCustomerInput } from './input.ts';
export { type LikeCustomers, likeCustomers, type SharedData } from './likeness.ts';
export { phoneOf } from './phones.ts';
export { presentCredits, presentCustomer } from './present.ts';
export type { Customer } from './types.ts';
export {
  type EvidenceToKeep,
  evidenceEver,
  evidenceOf,
  type KeptEvidence,
  keepEvidence,
} from './vat/evidence.ts';
export { type VatNumberRecord, vatNumbersOf } from './vat/numbers.ts';

/** Ends with `customer.not_found` if there is none. */
export async function getCustomer(ctx: QueryCtx, id: string): Promise<Customer> {
  const [customer] = await customersById(ctx, [id]);
  return customer ?? refuse('customer.not_found', 'There is no such customer.');
}

/** Customers by id; one that does not exist is missing from the map. */
export async function getCustomers(
  ctx: QueryCtx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Customer>> {
  const customers = await customersById(ctx, [...new Set(ids)]);
  return new Map(customers.map((customer) => [customer.id, customer]));
}

/** Which of these ids are of customers. */
export function customerIdsOf(ctx: QueryCtx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return existingIds(ctx, ids);
}

/** Locks one customer until the transaction ends: the first beat of every command about money or access. */
export async function lockCustomer(ctx: CommandCtx, id: string): Promise<Customer> {
  const [customer] = await lockCustomerRows(ctx, [id]);
  return customer ?? refuse('customer.not_found', 'There is no such customer.');
}

/** As `lockCustomer`, for what would begin something: a customer that was erased is as one that is not there. */
export async function lockStandingCustomer(ctx: CommandCtx, id: string): Promise<Customer> {
  const customer = await lockCustomer(ctx, id);
  await refuseErased(ctx, id);
  return customer;
}

/** Refuses with `customer.not_found` who was erased. */
export async function refuseErased(ctx: QueryCtx, id: string): Promise<void> {
  if (await isErasedRow(ctx, id)) refuse('customer.not_found', 'This customer was erased.');
}

/** From now on nothing begins for the customer. Lock it first. */
export function markErased(ctx: CommandCtx, id: string): Promise<void> {
  return setErased(ctx, id);
}

/** Locks several customers, in the order of their ids, so that nobody waits for each other. */
export function lockCustomers(ctx: CommandCtx, ids: readonly string[]): Promise<Customer[]> {
  return lockCustomerRows(ctx, ids);
}

/** Keeps billing of these customers out until the transaction ends, but not other writers of usage. */
export function shareCustomers(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  return shareCustomerRows(ctx, [...new Set(ids)]);
}

/** What callers send, told apart: TypeIDs with the row ids in them, and the seller's own external ids. */
export type Subjects = { byTypeId: ReadonlyMap<string, string>; external: readonly string[] };

/** Each subject once. */
export function readSubjects(subjects: Iterable<string>): Subjects {
  const byTypeId = new Map<string, string>();
  const external: string[] = [];
  for (const subject of new Set(subjects)) {
    const id = subject.startsWith('cus_') ? decodeTypeId('cus', subject) : undefined;
    if (id?.ok) byTypeId.set(subject, id.value);
    else external.push(subject);
  }
  return { byTypeId, external };
}

/**
 * Finds customers by what callers send: a TypeID or the seller's own external id.
 * @returns row ids by the text that was given; a text that names nobody is missing
 */
export async function findBySubject(
  ctx: QueryCtx,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { byTypeId, external } = readSubjects(subjects);
  const found = external.length === 0 ? new Map<string, string>() : await idsByExternalId(ctx, external);
  if (byTypeId.size > 0) {
    const known = await existingIds(ctx, [...byTypeId.values()]);
    for (const [subject, id] of byTypeId) if (known.has(id)) found.set(subject, id);
  }
  return found;
}

/** As `findBySubject`, and keeps billing of these customers out as `shareCustomers` does: one statement, one order. */
export function shareBySubject(
  ctx: EarlyCtx,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return shareSubjects(ctx, readSubjects(subjects));
}

/** As `shareBySubject`, of subjects that have been told apart. */
export function shareSubjects(ctx: EarlyCtx, subjects: Subjects): Promise<ReadonlyMap<string, string>> {
  return holdSubjects(ctx, subjects, 'share');
}

/**
 * As `shareBySubject`, for who knows already whom the subjects stand for: where one stands for somebody else by now, or for
 * nobody, the transaction ends.
 *
 * @param known row ids by subject
 */
export function insistOnSubjects(ctx: EarlyCtx, known: ReadonlyMap<string, string>): Promise<unknown> {
  const { byTypeId } = readSubjects(known.keys());
  const named = new Set([...known].flatMap(([subject, id]) => (byTypeId.has(subject) ? [] : [id])));
  const rows = new Set([...byTypeId.values()].filter((id) => !named.has(id)));
  const called: Called[] = [...rows].map((id) => ({ id, externalId: null }));
  for (const [subject, id] of known) if (!byTypeId.has(subject)) called.push({ id, externalId: subject });
  return insistOnCalled(
    ctx,
    called.sort((left, right) => (left.id < right.id ? -1 : 1)),
  );
}

/** As `findBySubject`, with the whole lock of these customers: one statement, one order. */
export function lockBySubject(
  ctx: EarlyCtx,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return holdSubjects(ctx, readSubjects(subjects), 'lock');
}

async function holdSubjects(
  ctx: EarlyCtx,
  { byTypeId, external }: Subjects,
  strength: LockStrength,
): Promise<ReadonlyMap<string, string>> {
  const rows = await holdByIds(ctx, external, [...byTypeId.values()], strength);
  const asked = new Set(external);
  const found = new Map<string, string>();
  for (const { id, external_id } of rows)
    if (external_id !== null && asked.has(external_id)) found.set(external_id, id);
  if (byTypeId.size === 0) return found;
  const known = new Set(rows.map(({ id }) => id));
  for (const [subject, id] of byTypeId) if (known.has(id)) found.set(subject, id);
  return found;
}

/** One customer by TypeID or external id. Ends with `customer.not_found`. */
export async function customerBySubject(ctx: QueryCtx, subject: string): Promise<Customer> {
  const id = (await findBySubject(ctx, [subject])).get(subject);
  return getCustomer(ctx, id ?? refuse('customer.not_found', `There is no customer ${subject}.`));
}

/**
 * Adds to the customer's credit in a currency, or takes from it, and answers the new balance. It is conditional in the database: a
 * balance below zero is a bug of the caller, who holds the lock and has seen the balance.
 */
export async function changeCreditBalance(
  ctx: CommandCtx,
  id: string,
  change: { currency: string; deltaMinor: bigint },
): Promise<bigint> {
  const balance = await addCredit(ctx, id, change);
  invariant(balance !== undefined, 'A credit balance is never below zero.');
  return balance;
}

/** Keeps customers out of billing for the moment in which an answer is awaited. Nobody needs to look, so no news tell of it. */
export function holdCustomers(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  return setParked(ctx, ids);
}

/** Ends such a moment. Lock the customer first. */
export async function letGoOn(ctx: CommandCtx, id: string): Promise<void> {
  await clearParked(ctx, id);
}

/** Puts billing of these customers on hold. */
export async function parkCustomers(ctx: CommandCtx, ids: readonly string[]): Promise<void> {
  await setParked(ctx, ids);
  ctx.emit(...ids.map((id) => ({ type: 'customer.parked', objectId: id, customerId: id, payload: {} })));
}

/**
 * Takes a customer off hold: the next bill run bills what has become due meanwhile. One that is not on hold stays as
 * it is. Lock the customer first.
 */
export async function releaseCustomer(ctx: CommandCtx, id: string): Promise<boolean> {
  const isReleased = await clearParked(ctx, id);
  if (isReleased) ctx.emit({ type: 'customer.released', objectId: id, customerId: id, payload: {} });
  return isReleased;
}
export { tellOfPhone } from './text-stops.ts';
