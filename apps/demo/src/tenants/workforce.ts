import { appetite, changeTo, split } from '../habits.ts';
import type { DemoPlan, DemoTenant } from '../story.ts';
import { company, nth } from './people.ts';

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
        unit: 'seats',
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
      {
        key: 'employees',
        name: 'Employee seats',
        description: 'Employees who can be enrolled, a seat for each',
        kind: 'metered',
        meter: 'employees',
      },
      { key: 'policies', name: 'Policies', kind: 'boolean' },
      { key: 'audit-trail', name: 'Audit trail', kind: 'boolean' },
    ],
    plans: [
      plan('free', 'Free', 1, '0.00', '5'),
      plan('pro', 'Pro', 2, '29.00', '50'),
      plan('enterprise', 'Enterprise', 3, '99.00', null),
    ],
  },
  people: (index) =>
    company(index, {
      US: ['Logistics', 'Clinics', 'Foods', 'Studios', 'Insurance'],
      GB: ['Partners', 'Logistics', 'Architects', 'Bakeries', 'Media'],
    }),
  customers: 40,
  firstPlan: (index) => nth(['free', 'pro', 'pro', 'enterprise', 'free'], index),
  moves: [
    { week: 7, customer: 0, do: 'change', plan: 'pro', when: 'now' },
    { week: 11, customer: 1, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 16, customer: 5, do: 'change', plan: 'pro', when: 'now' },
    { week: 20, customer: 12, do: 'change', plan: 'enterprise', when: 'now' },
    { week: 26, customer: 15, do: 'change', plan: 'pro', when: 'now' },
    { week: 12, customer: 3, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 19, customer: 8, do: 'change', plan: 'pro', when: 'period_end' },
    { week: 14, customer: 2, do: 'cancel', when: 'period_end' },
    { week: 18, customer: 10, do: 'cancel', when: 'now' },
    { week: 22, customer: 16, do: 'cancel', when: 'period_end' },
    { week: 9, customer: 6, do: 'card_fails_once' },
    { week: 17, customer: 17, do: 'card_fails_once' },
    { week: 12, customer: 11, do: 'card_fails' },
    { week: 23, customer: 18, do: 'card_fails' },
    { week: 23, customer: 23, do: 'card_fails' },
    {
      week: 18,
      customer: 7,
      do: 'refund_last_payment',
      amountMinor: '2900',
      reason: 'Paid twice by two departments',
    },
    {
      week: 25,
      customer: 13,
      do: 'refund_last_payment',
      amountMinor: '2500',
      reason: 'Reports were missing for a week',
    },
  ],
  weeklyUsage: (input) => {
    const employees = headcount(input);
    // An agent reports once a minute in working hours, most days of the week.
    const beats = employees * 480 * input.random.between(4, 5);
    return [
      { type: 'agent.heartbeat', data: split(beats, 3, input.random).map((part) => ({ beats: part })) },
      { type: 'employee.enrolled', data: changeTo('employees', employees, input) },
    ];
  },
};

/** Employees of a company, each of whom takes a seat: more from month to month, and never past what the plan allows. */
function headcount({ plan, index, age }: { plan: string; index: number; age: number }): number {
  const most = { free: 5, pro: 50 }[plan] ?? 240;
  const months = Math.min(5, Math.floor(age / 4));
  return Math.min(most, Math.ceil((most * appetite(index) * (75 + 5 * months)) / 10_000));
}
