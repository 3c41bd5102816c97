import { CORE_EVENT_TYPES } from '@billhook/core/decision/event';

/** What this module publishes: core's facts about subscriptions, as they are decided. */
export const subscriptionEvents = CORE_EVENT_TYPES.filter((type) => type.startsWith('subscription.'));
