import { encodeTypeId } from '@billhook/core/kernel/typeid';
import type { News, NewsDesk } from '../../platform/news.ts';

/** What a caller hears: customers to ask about again, or that everything is to be asked for again. */
type Heard = { number: number; tenantId: number; customers: readonly string[] | 'reset' };

export type RightsStream = {
  /** The text of an event stream that lasts until the caller goes away. */
  open(request: { tenantId: number; lastEventId: string | null; signal: AbortSignal }): AsyncIterable<string>;
};

const REMEMBERED = 1_000;
const PING_MS = 15_000;

/**
 * News of changed rights for callers who keep a copy of them. The last thousand are remembered, so that a caller who was
 * cut off for a moment goes on where it was; one who missed more, or comes from another process, starts anew.
 *
 * @param name tells this process's numbers from those of another one
 */
export function createRightsStream(news: Pick<NewsDesk, 'hear'>, name: string): RightsStream {
  const remembered: Heard[] = [];
  const waking = new Set<() => void>();
  let count = 0;

  const add = (tenantId: number, customers: Heard['customers']) => {
    count += 1;
    remembered.push({ number: count, tenantId, customers });
    if (remembered.length > REMEMBERED) remembered.shift();
    for (const wake of waking) wake();
  };
  news.hear((heard: News | 'missed') => {
    // Everybody's rights may have changed meanwhile: no tenant has this number.
    if (heard === 'missed') add(0, 'reset');
    else if (heard.about === 'rights')
      add(heard.tenantId, heard.customers === 'all' ? 'reset' : heard.customers);
  });

  function startAfter(lastEventId: string | null): number | undefined {
    if (lastEventId === null) return count;
    const [process, number] = lastEventId.split('.');
    const last = Number(number);
    const oldest = remembered[0]?.number ?? count + 1;
    return process === name && Number.isSafeInteger(last) && last >= oldest - 1 && last <= count
      ? last
      : undefined;
  }

  return {
    async *open({ tenantId, lastEventId, signal }) {
      const start = startAfter(lastEventId);
      let last = start ?? count;
      yield `retry: 1000\n\n`;
      if (start === undefined) yield `event: reset\nid: ${name}.${last}\ndata: {}\n\n`;
      // Says where a caller stands who is cut off before anything happens.
      else if (lastEventId === null) yield `event: ready\nid: ${name}.${last}\ndata: {}\n\n`;
      while (!signal.aborted) {
        const heard = remembered.filter((item) => item.number > last);
        if (heard[0] !== undefined && heard[0].number > last + 1) {
          last = count;
          yield `event: reset\nid: ${name}.${last}\ndata: {}\n\n`;
          continue;
        }
        for (const item of heard) {
          last = item.number;
          if (item.tenantId === tenantId || item.tenantId === 0) yield textOf(name, item);
        }
        if (heard.length === 0 && !(await nextNews(waking, signal))) yield ': ping\n\n';
      }
    },
  };
}

function textOf(name: string, { number, customers }: Heard): string {
  const id = `id: ${name}.${number}`;
  if (customers === 'reset') return `event: reset\n${id}\ndata: {}\n\n`;
  const ids = customers.map((customer) => encodeTypeId('cus', customer));
  return `event: changed\n${id}\ndata: ${JSON.stringify({ customers: ids })}\n\n`;
}

/** Waits for the next news. False if there was none for a while, so that the connection must show that it lives. */
function nextNews(waking: Set<() => void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isNews: boolean) => {
      clearTimeout(timer);
      waking.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve(isNews);
    };
    const wake = () => done(true);
    const timer = setTimeout(() => done(false), PING_MS);
    waking.add(wake);
    signal.addEventListener('abort', wake, { once: true });
  });
}
