import type { DemoPlan, DemoTenant } from '../story.ts';
import { person } from './people.ts';

// Photos are counted in megabytes of 1,000,000 bytes; the camera reports each upload.
const plan = (
  key: string,
  name: string,
  rank: number,
  monthly: string,
  includedMb: string,
  overage: string,
  highlights: string[],
): DemoPlan => ({
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
});

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
      plan('basic', 'Basic', 1, '4.99', '500', '0.79', ['1 mailbox', '500 MB of photos', '7 days free']),
      plan('plus', 'Plus', 2, '9.99', '2000', '0.59', ['2 mailboxes', '2 GB of photos', 'Night vision']),
      plan('pro', 'Pro', 3, '19.99', '6000', '0.39', [
        '3 mailboxes',
        '6 GB of photos',
        'Night vision',
        'Priority support',
      ]),
    ],
  },
  people: (index) => person(index, ['US']),
  customers: 45,
  firstPlan: (index) => ({ plan: ['basic', 'plus', 'basic', 'pro', 'basic', 'plus'][index % 6] ?? 'basic' }),
  moves: [
    { week: 9, customer: 2, do: 'change', plan: 'plus', when: 'now' },
    { week: 11, customer: 6, do: 'change', plan: 'pro', when: 'now' },
    { week: 12, customer: 3, do: 'change', plan: 'plus', when: 'period_end' },
    { week: 10, customer: 4, do: 'cancel', when: 'period_end' },
    { week: 15, customer: 9, do: 'cancel', when: 'now' },
    { week: 8, customer: 7, do: 'card', card: 'failing' },
    { week: 13, customer: 7, do: 'card', card: 'good' },
    { week: 13, customer: 7, do: 'retry_open_invoice' },
    { week: 17, customer: 12, do: 'card', card: 'failing' },
    {
      week: 14,
      customer: 1,
      do: 'refund_last_payment',
      amountMinor: '500',
      reason: 'The camera was offline for a week',
    },
  ],
  weeklyUsage: ({ plan: current, random }) => {
    const photos = current === 'pro' ? random.between(4, 9) : random.between(2, 5);
    const size = { basic: [20, 60], plus: [60, 160], pro: [120, 260] }[current] ?? [20, 60];
    return [
      {
        type: 'photo.uploaded',
        count: photos,
        data: (chance) => ({ megabytes: chance.between(size[0] ?? 20, size[1] ?? 60) }),
      },
    ];
  },
};
