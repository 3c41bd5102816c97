/** What a demo tenant is and what happens in it: plain data and pure functions, replayed through the public API. */
export type DemoTenant = {
  slug: string;
  name: string;
  currency: string;
  timeZone: string;
  seller: { legalName: string; address: string[]; taxId: string | null; email: string };
  taxRates: Record<string, { name: string; rate: string }>;
  catalogue: DemoCatalogue;
  /** Names of the companies or people who sign up, at least as many as `customers`. */
  people: (index: number, random: Random) => DemoPerson;
  customers: number;
  /** Which plan a customer starts on. */
  firstPlan: (index: number, random: Random) => { plan: string; quantity?: number };
  /** Moves that happen in the story, by customer. */
  moves: readonly DemoMove[];
  /** Usage of one customer over one week: quantities to spread over it. */
  weeklyUsage: (input: { index: number; week: number; plan: string; random: Random }) => DemoUsage[];
};

export type DemoPerson = { name: string; email: string; country: string; timeZone: string; taxId?: string };

export type DemoUsage = {
  type: string;
  count: number;
  data?: (random: Random) => Record<string, string | number>;
};

/** `week` counts from the start of the story. */
export type DemoMove =
  | {
      week: number;
      customer: number;
      do: 'change';
      plan: string;
      when: 'now' | 'period_end';
      quantity?: number;
    }
  | { week: number; customer: number; do: 'cancel'; when: 'now' | 'period_end' }
  | { week: number; customer: number; do: 'card'; card: 'good' | 'failing' }
  | { week: number; customer: number; do: 'retry_open_invoice' }
  | { week: number; customer: number; do: 'refund_last_payment'; amountMinor: string; reason: string };

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
