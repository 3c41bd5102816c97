import { split, weeklyShare } from '../habits.ts';
import type { DemoPlan, DemoTenant } from '../story.ts';
import { nth, person } from './people.ts';

/** Megabytes of photos a month that each plan includes. */
const INCLUDED_MB: Record<string, number> = { basic: 250, plus: 1_000, pro: 3_000 };

// Photos are counted in megabytes of 1,000,000 bytes; the camera reports each upload.
const plan = (
  key: string,
  name: string,
  rank: number,
  monthly: string,
  overage: string,
  highlights: string[],
): DemoPlan => {
  const includedMb = String(INCLUDED_MB[key]);
  return {
    key,
    name,
    family: key,
    rank,
    trialDays: 7,
    highlights,
    description: `${includedMb} MB of photos a month`,
    prices: [
      {
        key: 'base',
        name: `${name} plan`,
        timing: 'in_advance',
        interval: 'month',
        of: 'fixed',
        model: { flat: monthly },
      },
      {
        key: 'photo-data',
        name: 'Photo data',
        timing: 'in_arrears',
        interval: 'month',
        of: { meter: 'photo_mb' },
        model: {
          graduated: [
            { upTo: includedMb, unit: '0' },
            { upTo: null, unit: overage },
          ],
          per: 100,
        },
      },
    ],
    entitlements: [
      { feature: 'photo-data', limit: includedMb, overage: true, reset: 'billing_period', warnAt: [80, 95] },
      { feature: 'mailboxes', value: rank },
      { feature: 'night-vision', value: rank > 1 },
    ],
  };
};

export const smartMailbox: DemoTenant = {
  slug: 'smart-mailbox',
  name: 'Smart Mailbox',
  currency: 'USD',
  timeZone: 'America/New_York',
  seller: {
    legalName: 'Smart Mailbox Inc.',
    address: ['200 Harbor Street', 'Portland, ME 04101', 'United States'],
    taxId: null,
    email: 'billing@smart-mailbox.example',
  },
  taxRates: {},
  catalogue: {
    meters: [
      {
        key: 'photo_mb',
        name: 'Photo data',
        eventType: 'photo.uploaded',
        aggregation: 'sum',
        valueProperty: 'megabytes',
        unit: 'MB',
      },
      { key: 'photos', name: 'Photos', eventType: 'photo.uploaded', aggregation: 'count', unit: 'photos' },
    ],
    features: [
      {
        key: 'photo-data',
        name: 'Photo data',
        description: 'Megabytes of photos a camera may send',
        kind: 'metered',
        meter: 'photo_mb',
      },
      { key: 'mailboxes', name: 'Mailboxes', kind: 'configuration' },
      { key: 'night-vision', name: 'Night vision', kind: 'boolean' },
    ],
    plans: [
      plan('basic', 'Basic', 1, '4.99', '0.79', ['1 mailbox', '250 MB of photos', '7 days free']),
      plan('plus', 'Plus', 2, '9.99', '0.59', ['2 mailboxes', '1 GB of photos', 'Night vision']),
      plan('pro', 'Pro', 3, '19.99', '0.39', [
        '3 mailboxes',
        '3 GB of photos',
        'Night vision',
        'Priority support',
      ]),
    ],
  },
  people: (index) => person(index, ['US']),
  customers: 45,
  firstPlan: (index) => nth(['basic', 'plus', 'basic', 'pro', 'basic', 'plus'], index),
  moves: [
    { week: 7, customer: 2, do: 'change', plan: 'plus', when: 'now' },
    { week: 11, customer: 5, do: 'change', plan: 'pro', when: 'now' },
    { week: 15, customer: 8, do: 'change', plan: 'plus', when: 'now' },
    { week: 19, customer: 14, do: 'change', plan: 'pro', when: 'now' },
    { week: 23, customer: 11, do: 'change', plan: 'pro', when: 'now' },
    { week: 26, customer: 20, do: 'change', plan: 'plus', when: 'now' },
    { week: 12, customer: 3, do: 'change', plan: 'plus', when: 'period_end' },
    { week: 18, customer: 15, do: 'change', plan: 'basic', when: 'period_end' },
    { week: 26, customer: 21, do: 'change', plan: 'plus', when: 'period_end' },
    { week: 10, customer: 4, do: 'cancel', when: 'period_end' },
    { week: 15, customer: 9, do: 'cancel', when: 'now' },
    { week: 20, customer: 12, do: 'cancel', when: 'period_end' },
    { week: 26, customer: 22, do: 'cancel', when: 'period_end' },
    { week: 8, customer: 7, do: 'card_fails_once' },
    { week: 17, customer: 16, do: 'card_fails_once' },
    { week: 12, customer: 13, do: 'card_fails' },
    { week: 23, customer: 17, do: 'card_fails' },
    { week: 23, customer: 25, do: 'card_fails' },
    {
      week: 14,
      customer: 1,
      do: 'refund_last_payment',
      amountMinor: '500',
      reason: 'The camera was offline for two weeks',
    },
    {
      week: 25,
      customer: 19,
      do: 'refund_last_payment',
      amountMinor: '999',
      reason: 'The mailbox was returned after the renewal',
    },
  ],
  weeklyUsage: (input) => {
    const megabytes = weeklyShare(INCLUDED_MB[input.plan] ?? 0, input);
    // A visit to the mailbox makes a burst of photos of about ten megabytes.
    const bursts = split(megabytes, Math.max(1, Math.round(megabytes / 10)), input.random);
    return [{ type: 'photo.uploaded', data: bursts.map((size) => ({ megabytes: size })) }];
  },
};
