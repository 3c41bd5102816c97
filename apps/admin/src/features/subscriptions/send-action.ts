import type { Subscription, SubscriptionAction } from '@billhook/sdk/generated/types';
import type { Scope } from '../../lib/scope.tsx';

/** What the sheet of a subscription can ask for. */
export type SheetAction = Extract<
  SubscriptionAction,
  {
    action:
      | 'change'
      | 'seats'
      | 'cancel'
      | 'pause'
      | 'resume'
      | 'price'
      | 'trial'
      | 'discount'
      | 'end_discount'
      | 'add_on'
      | 'add_on_quantity'
      | 'end_add_on'
      | 'charge';
  }
>;

type Api = Scope['api'];
type Options = Parameters<Api['subscriptions']['cancel']>[2];

/** The command that does what a preview was made of, at the price of that preview. */
export function sendAction(
  api: Api,
  id: string,
  wish: SheetAction,
  previewToken: string,
  options: Options,
): Promise<Subscription> {
  const { subscriptions } = api;
  switch (wish.action) {
    case 'change': {
      const { action, ...body } = wish;
      return subscriptions.change(id, { ...body, previewToken }, options);
    }
    case 'seats': {
      const { action, ...body } = wish;
      return subscriptions.changeSeats(id, { ...body, previewToken }, options);
    }
    case 'cancel': {
      const { action, ...body } = wish;
      return subscriptions.cancel(id, { ...body, previewToken }, options);
    }
    case 'pause': {
      const { action, ...body } = wish;
      return subscriptions.pause(id, { ...body, previewToken }, options);
    }
    case 'resume':
      return subscriptions.resume(id, { at: wish.at, previewToken }, options);
    case 'price': {
      const { action, ...body } = wish;
      return subscriptions.overridePrice(id, { ...body, previewToken }, options);
    }
    case 'trial':
      return subscriptions.moveTrial(id, { endAt: wish.endAt, previewToken }, options);
    case 'discount':
      return subscriptions.addDiscount(id, { coupon: wish.coupon, previewToken }, options);
    case 'end_discount':
      return subscriptions.endDiscount(id, wish.discount, { previewToken }, options);
    case 'add_on': {
      const { action, ...body } = wish;
      return subscriptions.takeAddOn(id, { ...body, previewToken }, options);
    }
    case 'add_on_quantity': {
      const { action, addOn, ...body } = wish;
      return subscriptions.changeAddOn(id, addOn, { ...body, previewToken }, options);
    }
    case 'end_add_on': {
      const { action, addOn, ...body } = wish;
      return subscriptions.endAddOn(id, addOn, { ...body, previewToken }, options);
    }
    case 'charge': {
      const { action, ...body } = wish;
      return subscriptions.charge(id, { ...body, previewToken }, options);
    }
  }
}
