import type { DemoTenant } from '../story.ts';
import { concierge } from './concierge.ts';
import { expressDeals } from './express-deals.ts';
import { quickscale } from './quickscale.ts';
import { smartMailbox } from './smart-mailbox.ts';
import { workforce } from './workforce.ts';

/** The businesses of the demo, in the order in which they are shown. */
export const TENANTS: readonly DemoTenant[] = [smartMailbox, concierge, expressDeals, workforce, quickscale];
