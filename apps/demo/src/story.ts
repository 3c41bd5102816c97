/** What a demo tenant is and what happens in it: plain data and pure functions, replayed through the public API. */
export type DemoTenant = {
  slug: string;
  name: string;
  currency: string;
  timeZone: string;
  seller: { legalName: string; address: string[]; taxId: string | null; email: string };
  taxRates: Record<string, { name: string; rate: string }>;
  catalogue: DemoCatalogue;
  /** The company or person who signs up as customer number `index`. */
  people: (index: number) => DemoPerson;
  customers: number;
  /** The key of the plan that a customer starts on. */
  firstPlan: (index: number) => string;
  /** Moves that happen in the story, by customer. */
  moves: readonly DemoMove[];
  /** What one customer's product reports over one week. */
  weeklyUsage: (input: DemoWeek) => DemoUsage[];
};

export type DemoPerson = {
  name: string;
  email: string;
  country: string;
  timeZone: string;
  address: { line1: string; postal_code: string; city: string; region?: string };
  taxId?: string | null;
};

export type DemoWeek = {
  index: number;
  /** Weeks since the story began. */
  week: number;
  /** Weeks since this customer signed up, from 1. */
  age: number;
  plan: string;
  /** What this customer's product reported so far, where it reports changes of a level. */
  reported: Map<string, number>;
  random: Random;
};

/** Events of one type, with the data of each; their times are spread over the week. */
export type DemoUsage = { type: string; data: readonly Record<string, string | number>[] };

/** `week` counts from the start of the story; the customer must have signed up by then. */
export type DemoMove = { week: number; customer: number } & (
  | { do: 'change'; plan: string; when: 'now' | 'period_end' }
  | { do: 'cancel'; when: 'now' | 'period_end' }
  /** The card fails from now on, and nobody does anything about it. */
  | { do: 'card_fails' }
  /** The card fails at the next bill; soon after, the customer brings another one and the bill is paid. */
  | { do: 'card_fails_once' }
  | { do: 'refund_last_payment'; amountMinor: string; reason: string }
  | { do: 'buy_credits'; pack: string }
  /** Below the threshold a pack is bought by itself. */
  | { do: 'reload_credits'; pack: string; threshold: string; monthlyMaximumMinor: string }
  | { do: 'give_credits'; amount: string; reason: string }
);

export type DemoCatalogue = {
  meters: readonly {
    key: string;
    name: string;
    eventType: string;
    aggregation: 'count' | 'sum';
    valueProperty?: string;
    unit: string;
  }[];
  features: readonly {
    key: string;
    name: string;
    description?: string;
    kind: 'boolean' | 'configuration' | 'metered';
    meter?: string;
  }[];
  plans: readonly DemoPlan[];
  /** As the file of the catalogue holds it; the first type is the one that moves of the story are about. */
  credits?: {
    types: readonly ({ key: string } & Record<string, unknown>)[];
    costs: readonly object[];
    packs: readonly object[];
    allowances: readonly object[];
  };
};

export type DemoPlan = {
  key: string;
  name: string;
  description: string;
  family: string;
  rank: number;
  trialDays?: number;
  highlights: readonly string[];
  prices: readonly DemoPrice[];
  entitlements: readonly DemoEntitlement[];
};

export type DemoPrice = {
  key: string;
  name: string;
  timing: 'in_advance' | 'in_arrears';
  interval: 'month' | 'year';
  /** Fixed once a period, a price for each seat, or what a meter counted. */
  of: 'fixed' | 'seats' | { meter: string };
  model:
    | { flat: string }
    | { perUnit: string; per?: number }
    | { graduated: readonly { upTo: string | null; unit: string; flat?: string }[]; per?: number };
};

export type DemoEntitlement = {
  feature: string;
  value?: boolean | string | number;
  limit?: string;
  unlimited?: boolean;
  overage?: boolean;
  reset?: 'billing_period' | 'calendar_month' | 'day' | 'never';
  warnAt?: readonly number[];
};

/** A repeatable source of chance, so that every demo tells the same story. */
export type Random = {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
};

/** Mulberry32: small, fast and the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    between: (low, high) => low + (next() % (high - low + 1)),
    pick(from) {
      const chosen = from[next() % from.length];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
  };
}
