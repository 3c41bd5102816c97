import type { SubscriptionItem, SubscriptionRecord } from '../../../state/billing-records.ts';
import type { Draft } from '../../../state/draft.ts';
import { type Call, get, post, type Route, remove } from '../../call.ts';
import { invalid, missing } from '../../error.ts';
import { listAnswer, pageOf } from '../../list.ts';
import { renderItem } from '../objects/subscription.ts';
import { readItem, readSubscriptionCurrency } from '../subscription-params.ts';
import { changeSubscription } from '../update.ts';

const BEHAVIORS = ['allow_incomplete', 'default_incomplete', 'error_if_incomplete'] as const;
const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;

function living(draft: Draft, id: string): SubscriptionRecord {
  const subscription = draft.get('subscription', id);
  if (subscription?.endedAt === null) return subscription;
  throw missing('subscription', id, 'subscription');
}

/** The item of a path with the subscription that it belongs to. */
function itemOf({ draft, id }: Call): { item: SubscriptionItem; subscription: SubscriptionRecord } {
  for (const subscription of draft.all('subscription')) {
    const item = subscription.items.find((one) => one.id === id);
    if (item !== undefined) return { item, subscription };
  }
  throw missing('subscription item', id, 'id', 404);
}

/** Changes the items of a subscription, as an update of the subscription itself would. */
function change(
  { draft, params }: Call,
  before: SubscriptionRecord,
  items: readonly SubscriptionItem[],
): SubscriptionRecord {
  if (items.length === 0) throw invalid('A subscription must have at least one active plan.');
  readSubscriptionCurrency(draft, before.currency, items, null);
  return changeSubscription(
    draft,
    before,
    {
      items,
      trialEnd: undefined,
      resetAnchor: false,
      behavior: params.choice('proration_behavior', PRORATIONS) ?? 'create_prorations',
      at: params.integer('proration_date') ?? draft.now,
    },
    {},
    params.choice('payment_behavior', BEHAVIORS) ?? 'allow_incomplete',
  );
}

function create(call: Call): object {
  const { draft, params } = call;
  const before = living(draft, params.required('subscription'));
  const item = readItem(draft, params);
  if (before.items.some(({ price }) => price === item.price)) {
    throw invalid('An existing Subscription Item is already using this price.', { param: 'price' });
  }
  return renderItem(item, change(call, before, [...before.items, item]), draft);
}

function update(call: Call): object {
  const { draft, params } = call;
  const { item, subscription } = itemOf(call);
  const changed = readItem(draft, params, item);
  const items = subscription.items.map((one) => (one.id === item.id ? changed : one));
  return renderItem(changed, change(call, living(draft, subscription.id), items), draft);
}

function destroy(call: Call): object {
  const { item, subscription } = itemOf(call);
  call.params.flag('clear_usage');
  const items = subscription.items.filter((one) => one.id !== item.id);
  change(call, living(call.draft, subscription.id), items);
  return { id: item.id, object: 'subscription_item', deleted: true };
}

function list({ draft, params }: Call): object {
  const subscription = draft.get('subscription', params.required('subscription'));
  if (subscription === undefined) throw missing('subscription', '', 'subscription');
  const page = pageOf([...subscription.items].reverse(), params, 'subscription_item');
  return listAnswer(
    `/v1/subscription_items?subscription=${subscription.id}`,
    page.data.map((item) => renderItem(item, subscription, draft)),
    page.hasMore,
  );
}

/** Routes of the items of subscriptions. */
export const subscriptionItemRoutes: readonly Route[] = [
  post('/v1/subscription_items', create),
  get('/v1/subscription_items', list),
  get('/v1/subscription_items/:id', (call) => {
    const { item, subscription } = itemOf(call);
    return renderItem(item, subscription, call.draft);
  }),
  post('/v1/subscription_items/:id', update),
  remove('/v1/subscription_items/:id', destroy),
];
