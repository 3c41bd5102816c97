import type { BilledLine } from '@billhook/core/invoicing/line';
import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { CORE, type Engine } from '../src/engine.ts';
import { onInvoices, type PlantedBug, planted, withInvoices } from './plant.ts';

/** Bugs that other billing systems have had, as far as they need no database to show. */
export const HISTORICAL_BUGS: readonly PlantedBug[] = [
  {
    id: 'charge-beside-checkout',
    name: 'collects automatically while another way to pay the invoice is open',
    law: 'I15',
    engine: planted({
      decideAttempt: (input) =>
        CORE.decideAttempt({
          ...input,
          attempts: input.attempts.filter((status) => status !== 'requires_action'),
        }),
    }),
  },
  {
    id: 'late-job-bills-again',
    name: 'a queued job bills from facts of yesterday',
    law: 'I01',
    engine: billsFromOldFacts,
  },
  {
    id: 'item-twice-on-a-draft',
    name: 'puts one item on an invoice twice',
    law: 'I01',
    engine: onInvoices((invoice) => ({
      ...invoice,
      lines: [...invoice.lines, ...invoice.lines.slice(0, 1)],
    })),
  },
  {
    id: 'coupon-in-parallel',
    name: 'grants an amount again in the same period, because another run had not written it yet',
    law: 'I74',
    engine: planted({
      decideInvoices: (input) =>
        CORE.decideInvoices({ ...input, billed: input.billed.map((line) => ({ ...line, discounts: [] })) }),
    }),
  },
  {
    id: 'subset-filter',
    name: 'counts a bucket of usage in another one as well',
    law: 'I62',
    engine: planted({
      usageOf(window, events) {
        const usage = CORE.usageOf(window, events);
        const byValue = usage.reading?.byValue ?? [];
        return { ...usage, reading: { ...usage.reading, byValue: [...byValue, ...byValue.slice(0, 1)] } };
      },
    }),
  },
  {
    id: 'negative-aggregate',
    name: 'bills a sum below zero as units',
    law: 'I32',
    engine: planted({
      usageOf(window, events) {
        const usage = CORE.usageOf(window, events);
        return usage.quantity < 0n ? { ...usage, quantity: decimal12FromScaled(-usage.quantity) } : usage;
      },
    }),
  },
  {
    id: 'claimed-before-write',
    name: 'marks an event as seen and fails to store it',
    law: 'I33',
    engine: claimsFirst,
  },
  {
    id: 'dedupe-without-customer',
    name: 'takes the event of one customer for that of another with the same id',
    law: 'I33',
    engine: dedupesAcrossCustomers,
  },
  {
    id: 'credit-of-another-customer',
    name: 'looks credit up under a key without the customer',
    law: 'guard',
    engine: sharesCredit,
  },
  {
    id: 'numbered-twice',
    name: 'finishes an invoice twice and gives it two numbers',
    law: 'I07',
    engine: numbersTwice,
  },
  {
    id: 'runaway-loop',
    name: 'swallows an error and bills the same again under a new name',
    law: 'I01',
    engine: loops,
  },
  {
    id: 'period-of-zero',
    name: 'a plan that costs nothing is billed for ever and nothing is wrong with that',
    law: null,
    engine: () => CORE,
    onlyOffer: 0,
  },
];

/** The lines that stood when the job was queued: those of the last write are not among them. */
function billsFromOldFacts(): Engine {
  const queued = new Map<string, readonly BilledLine[]>();
  return {
    ...CORE,
    decideInvoices(input) {
      const { customerId: id } = input;
      const before = queued.get(id) ?? [];
      queued.set(id, [...input.billed]);
      return CORE.decideInvoices({ ...input, billed: before });
    },
  };
}

/** The mark of an event is written before the event, and every fiftieth event itself is not. */
function claimsFirst(): Engine {
  const claimed = new Set<string>();
  let seen = 0;
  return {
    ...CORE,
    judgeEvent(facts) {
      const verdict = CORE.judgeEvent(facts);
      const name = `${facts.customerId} ${facts.time} ${JSON.stringify(facts.data)}`;
      if (claimed.has(name)) return { outcome: 'duplicate' };
      seen += 1;
      if (verdict.outcome !== 'accepted' || seen % 50 !== 0) return verdict;
      claimed.add(name);
      return { outcome: 'duplicate' };
    },
  };
}

function dedupesAcrossCustomers(): Engine {
  const known = new Set<
    ReadonlyMap<string, Parameters<Engine['storedEvent']>[0] extends ReadonlyMap<string, infer E> ? E : never>
  >();
  return {
    ...CORE,
    storedEvent(events, id) {
      known.add(events);
      for (const others of known) {
        const event = others.get(id);
        if (event !== undefined) return event;
      }
      return undefined;
    },
    judgeEvent: (facts) =>
      CORE.judgeEvent({ ...facts, stored: facts.stored === 'different' ? 'same' : facts.stored }),
  };
}

function sharesCredit(): Engine {
  const balances = new Map<string, bigint>();
  return {
    ...CORE,
    decideInvoices(input) {
      const accounts = input.accounts.map((account) => {
        const shared = balances.get(account.currency) ?? 0n;
        const { creditBalanceMinor: own } = account;
        balances.set(account.currency, own > shared ? own : shared);
        return { ...account, creditBalanceMinor: balances.get(account.currency) ?? 0n };
      });
      return CORE.decideInvoices({ ...input, accounts });
    },
  };
}

function numbersTwice(): Engine {
  let given = 0n;
  return {
    ...CORE,
    nextCounter(last) {
      given += 1n;
      return given % 30n === 0n ? last + 2n : last + 1n;
    },
  };
}

function loops(): Engine {
  let round = 0;
  return {
    ...CORE,
    decideInvoices(input) {
      round += 1;
      const own = round;
      const decided = CORE.decideInvoices({ ...input, billed: [] });
      if (!decided.ok) return decided;
      const renamed = withInvoices(decided.value, (invoice) => ({
        ...invoice,
        lines: invoice.lines.map((line) => ({ ...line, key: `${line.key}#${own}` })),
      }));
      return { ok: true, value: renamed };
    },
  };
}
