import { formatDecimal12 } from '@billhook/core/kernel/decimal';
import type { WallClock } from '../../platform/clock.ts';
import { Horizon } from '../../platform/context.ts';
import { createJoiner, type Joiner } from '../../platform/joiner.ts';
import type { NewsDesk } from '../../platform/news.ts';
import { createRecent } from '../../platform/recent.ts';
import type { TransactionRequest, Transactor } from '../../platform/transaction.ts';
import { loadStandings, type Standing, simpleAnswer } from './copied-standing.ts';
import { type Copy, createShelf } from './copy-shelf.ts';
import { type CheckAnswer, type CheckInput, check, readQuantity, type UpgradeUrl } from './queries/check.ts';

/**
 * Answers of `check` from copies of how customers stand, read a moment ago and dropped by the news. They are given to
 * callers and decide nothing that is written.
 */
export type CheckCopies = {
  /** The text of an answer that is at hand. */
  find(tenantId: number, question: Question): string | undefined;
  answer(request: TransactionRequest, input: CheckInput): Promise<CheckAnswer>;
};

/** What is asked, and the same text for the same question, however it is written. */
export type Question = { input: CheckInput; key: string };

const MOST_ANSWERS = 20_000;
const READ_TOGETHER = 200;
const RENEW_TOGETHER_MS = 25;
const RENEWER = { kind: 'system', id: 'copies' } as const;

type Asked = { request: TransactionRequest; name: string };
type Answered = { copy: Copy<Standing>; text: string; until: number };

export function questionOf(input: CheckInput): Question {
  const { customer, feature, subject, explain } = input;
  const quantity = formatDecimal12(readQuantity(input.quantity));
  return { input, key: JSON.stringify([customer, feature, quantity, subject ?? null, explain === true]) };
}

export function createCheckCopies(deps: {
  transactor: Pick<Transactor, 'query'>;
  news: Pick<NewsDesk, 'hear' | 'isHearing'>;
  clock: WallClock;
  upgradeUrl: UpgradeUrl;
}): CheckCopies {
  const { transactor, clock } = deps;
  const answers = createRecent<string, Answered>(MOST_ANSWERS);
  const shelf = createShelf<Standing>(deps.news, clock);
  const readers = new Map<number, Joiner<Asked, Copy<Standing> | undefined>>();
  const renew = gather((tenantId, name) => read({ tenantId, actor: RENEWER, requestId: null }, name));

  /** What is asked for at the same time is read by one set of statements. */
  function read(request: TransactionRequest, name: string): Promise<Copy<Standing> | undefined> {
    const { tenantId } = request;
    const reader =
      readers.get(tenantId) ??
      createJoiner<Asked, Copy<Standing> | undefined>({
        run: async (asked) => {
          const names = asked.map((one) => one.name);
          const by = asked[0]?.request ?? request;
          const found = await shelf.read(tenantId, () =>
            transactor.query(by, (ctx) => loadStandings(ctx, names)),
          );
          return names.map((one) => found.get(one));
        },
        maxWeight: READ_TOGETHER,
        lanes: 2,
      });
    readers.set(tenantId, reader);
    return reader.ask({ request, name });
  }

  /** Copies that are in use are read anew while they still answer. */
  function copyOf(tenantId: number, name: string): Copy<Standing> | undefined {
    const copy = shelf.find(tenantId, name);
    if (copy === undefined || clock() < copy.renewAt) return copy;
    copy.renewAt = Number.POSITIVE_INFINITY;
    renew(tenantId, name);
    return copy;
  }

  return {
    find(tenantId, { input, key }) {
      const copy = copyOf(tenantId, input.customer);
      if (copy === undefined) return undefined;
      const name = `${tenantId} ${key}`;
      const known = answers.get(name);
      if (known?.copy === copy) return clock() < known.until ? known.text : undefined;
      const answer = simpleAnswer(copy.value, input);
      if (answer === undefined) return undefined;
      const text = JSON.stringify(answer);
      answers.set(name, { copy, text, until: copy.until });
      return text;
    },
    async answer(request, input) {
      const { tenantId } = request;
      const copy = copyOf(tenantId, input.customer) ?? (await read(request, input.customer));
      const simple = copy && simpleAnswer(copy.value, input);
      if (simple !== undefined) return simple;
      const horizon = new Horizon();
      let runs = false;
      const answer = await transactor.query(request, (ctx) => {
        runs = ctx.now === ctx.wallNow;
        return check({ ...ctx, horizon }, input, deps.upgradeUrl);
      });
      // News that came in meanwhile have ended the copy, and with it what rests on the same facts.
      if (copy !== undefined && shelf.find(tenantId, input.customer) === copy) {
        const until = runs ? Math.min(copy.until, horizon.after(copy.value.ctx.now)) : copy.until;
        const name = `${tenantId} ${questionOf(input).key}`;
        answers.set(name, { copy, text: JSON.stringify(answer), until });
      }
      return answer;
    },
  };
}

/** Gathers names for a moment, so that they are read together. Whoever could not be read is asked for again. */
function gather(read: (tenantId: number, name: string) => Promise<unknown>) {
  let waiting: { tenantId: number; name: string }[] = [];
  return (tenantId: number, name: string): void => {
    waiting.push({ tenantId, name });
    if (waiting.length > 1) return;
    setTimeout(() => {
      const all = waiting;
      waiting = [];
      for (const one of all) read(one.tenantId, one.name).catch(() => undefined);
    }, RENEW_TOGETHER_MS).unref();
  };
}
