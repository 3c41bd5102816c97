import type { DemoPlan, DemoTenant } from '../story.ts';
import { company } from './people.ts';

const plan = (
  key: string,
  name: string,
  rank: number,
  monthly: string,
  employees: string | null,
): DemoPlan => ({
  key,
  name,
  family: key,
  rank,
  description: employees === null ? 'For any number of employees' : `For up to ${employees} employees`,
  highlights: [
    employees === null ? 'Unlimited employees' : `Up to ${employees} employees`,
    ...(rank > 1 ? ['Policies', 'Audit trail'] : ['Heartbeat and alerts']),
    ...(rank > 2 ? ['Single sign-on'] : []),
  ],
  prices: [
    {
      key: 'base',
      name: `${name} plan`,
      timing: 'in_advance',
      interval: 'month',
      of: 'fixed',
      model: { flat: monthly },
    },
  ],
  entitlements: [
    employees === null
      ? { feature: 'employees', unlimited: true, reset: 'never' }
      : { feature: 'employees', limit: employees, overage: false, reset: 'never', warnAt: [80, 100] },
    { feature: 'policies', value: rank > 1 },
    { feature: 'audit-trail', value: rank > 1 },
  ],
});

export const workforce: DemoTenant = {
  slug: 'workforce',
  name: 'Workforce',
  currency: 'USD',
  timeZone: 'America/Chicago',
  seller: {
    legalName: 'Workforce Systems Inc.',
    address: ['500 Lake Avenue', 'Chicago, IL 60611', 'United States'],
    taxId: null,
    email: 'billing@workforce.example',
  },
  taxRates: {},
  catalogue: {
    meters: [
      {
        key: 'employees',
        name: 'Employees',
        eventType: 'employee.enrolled',
        aggregation: 'sum',
        valueProperty: 'change',
        unit: 'employees',
      },
      {
        key: 'heartbeats',
        name: 'Heartbeats',
        eventType: 'agent.heartbeat',
        aggregation: 'sum',
        valueProperty: 'beats',
        unit: 'heartbeats',
      },
    ],
    features: [
      { key: 'employees', name: 'Employees', kind: 'metered', meter: 'employees' },
      { key: 'policies', name: 'Policies', kind: 'boolean' },
      { key: 'audit-trail', name: 'Audit trail', kind: 'boolean' },
    ],
    plans: [
      plan('free', 'Free', 1, '0.00', '5'),
      plan('pro', 'Pro', 2, '29.00', '50'),
      plan('enterprise', 'Enterprise', 3, '99.00', null),
    ],
  },
  people: (index, random) =>
    company(index + 5, ['US', 'GB'], ['Logistics', 'Studios', 'Clinics', 'Partners', 'Foods'], random),
  customers: 40,
  firstPlan: (index) => ({ plan: ['free', 'pro', 'pro', 'enterprise', 'free'][index % 5] ?? 'free' }),
  moves: [
    { week: 7, customer: 0, do: 'change', plan: 'pro', when: 'now' },
    { week: 10, customer: 1, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 12, customer: 3, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 14, customer: 2, do: 'cancel', when: 'period_end' },
    { week: 8, customer: 6, do: 'card', card: 'failing' },
    { week: 13, customer: 6, do: 'card', card: 'good' },
    { week: 13, customer: 6, do: 'retry_open_invoice' },
    { week: 16, customer: 11, do: 'card', card: 'failing' },
    {
      week: 18,
      customer: 7,
      do: 'refund_last_payment',
      amountMinor: '2900',
      reason: 'Paid twice by two departments',
    },
  ],
  weeklyUsage: ({ plan: current, week, random }) => {
    const team = { free: 1, pro: 8, enterprise: 40 }[current] ?? 1;
    const enrolled =
      week % 5 === 1
        ? [{ type: 'employee.enrolled', count: 1, data: () => ({ change: current === 'free' ? 1 : team }) }]
        : [];
    return [
      {
        type: 'agent.heartbeat',
        count: 2,
        data: (chance) => ({ beats: team * chance.between(900, 1000) + random.between(0, 5) }),
      },
      ...enrolled,
    ];
  },
};
