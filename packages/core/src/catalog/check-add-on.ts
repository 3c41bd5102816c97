import { isCurrencyCode } from '../money/currency.ts';
import type { AddOn } from './add-on.ts';
import { type AddFault, checkNames } from './check-figures.ts';
import { checkKey, checkReferences } from './check-key.ts';
import { MAX_PRICES_PER_PLAN } from './check-plan.ts';
import { checkPrice } from './check-price.ts';
import type { Fault } from './fault.ts';
import type { Meter } from './meter.ts';

/** What an add-on may refer to. */
export interface AddOnContext {
  readonly planIds: readonly string[];
  readonly meters: readonly Pick<Meter, 'id'>[];
}

/** The part of an add-on that a seller writes. */
export type AddOnDraft = Omit<AddOn, 'id'>;

/** Finds everything that is wrong with an add-on at once. An empty list means that it may be offered. */
export function checkAddOn(draft: AddOnDraft, context: AddOnContext): readonly Fault[] {
  const faults: Fault[] = [];
  const add: AddFault = (pointer, code, detail) => faults.push({ pointer, code, detail });
  const { prices } = draft;
  checkKey(draft.key, '/key', add);
  checkNames([draft.name], () => '/name', add);
  if (!['recurring', 'one_off'].includes(draft.kind))
    add('/kind', 'add_on.kind', 'An add-on recurs or is charged once.');
  if (!isCurrencyCode(draft.currency))
    add('/currency', 'currency.unknown', 'The currency is not an active ISO 4217 code.');
  if (prices.length === 0 || prices.length > MAX_PRICES_PER_PLAN)
    add('/prices', 'add_on.prices', `An add-on has 1 to ${MAX_PRICES_PER_PLAN} prices.`);
  const keys = prices.map(({ key }) => key);
  for (const [index, price] of prices.entries()) {
    const at = `/prices/${index}`;
    checkKey(price.key, `${at}/key`, add);
    if (keys.indexOf(price.key) !== index)
      add(`${at}/key`, 'key.duplicate', `The key ${price.key} is used by another price.`);
    checkPrice(price, at, context.meters, add);
    if (draft.kind === 'one_off' && price.quantity.kind === 'meter')
      add(`${at}/quantity`, 'add_on.metered_once', 'What is charged once has no meter.');
    if (price.model.kind === 'commitment')
      add(`${at}/model`, 'add_on.commitment', 'A commitment belongs to a plan.');
  }
  checkReferences(draft.planIds, context.planIds, (index) => `/plan_ids/${index}`, add);
  return faults;
}
