import type { TestApp } from '../app.ts';
import type { Answer } from '../caller.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const timeAt = (ms: number) => new Date(ms).toISOString();

/** One thing that is done, drawn at random: by whom, to which of what there is, and how. */
export type Draw<Kind extends string = string> = {
  kind: Kind;
  who: number;
  which: number;
  n: number;
  isSo: boolean;
};
export type Buyer = { id: string; key: string; currency: string };
export type Listed = {
  id: string;
  key?: string;
  status?: string;
  number?: string | null;
  due?: string;
  currency?: string;
  amount?: string;
  version?: number;
  lines?: { id: string; amount?: string }[];
  add_ons?: { add_on: { key: string } }[];
  discounts?: { id: string }[];
  schedule?: { id: string }[];
};

export const pick = <T>(all: readonly T[], which: number): T | undefined =>
  all[which % Math.max(1, all.length)];
/** A part of an amount: at times all of it, and at times a little more than there is. */
export const partOf = (amount: unknown, n: number) =>
  String([Number(amount), Math.ceil(Number(amount) / 2), n * 37, Number(amount) + 1][n % 4] || 1);

/** A business under way: whom it sells to, and what was done of which no list tells. */
export class World {
  readonly app: TestApp;
  readonly buyers: Buyer[] = [];
  readonly events: { id: string; type: string; key: string }[] = [];
  readonly requests: string[] = [];
  readonly grants: string[] = [];
  readonly reservations: string[] = [];
  readonly consumptions: string[] = [];
  /** Milliseconds since the epoch, by the clock of the business. */
  nowMs: number;
  /** Whether the provider never did anything but answer, so that nothing waits for what it says. */
  isCalm = true;
  static #serial = 0;

  constructor(app: TestApp, nowMs: number) {
    this.app = app;
    this.nowMs = nowMs;
  }

  /** A name that nothing else has, in no other world either. */
  name(prefix: string): string {
    World.#serial += 1;
    return `${prefix}${World.#serial}`;
  }

  today(): string {
    return timeAt(this.nowMs).slice(0, 10);
  }

  /** An answer that is no fault of ours: @throws where it is. That a provider does not answer is its own. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.app.api(method, path, body === undefined ? {} : { body });
    if (answer.status >= 500 && String(answer.body.code) !== 'provider.unavailable')
      throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.text}`);
    return answer;
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.ask('POST', path, body);
  }

  /** As `ask`, of a file. */
  async upload(path: string, form: FormData): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.app.apiKey}`, 'idempotency-key': this.name('upload') };
    const response = await fetch(`${this.app.baseUrl}${path}`, { method: 'POST', headers, body: form });
    const text = await response.text();
    if (response.status >= 500) throw new Error(`POST ${path}: ${text}`);
    return { status: response.status, headers: response.headers, body: JSON.parse(text), text, cookies: '' };
  }

  /** What was made, kept in a list of those that were. */
  async make(path: string, body: unknown, into: string[], member = 'id'): Promise<Answer> {
    const answer = await this.post(path, body);
    if (answer.status < 300) into.push(String(answer.body[member]));
    return answer;
  }

  async list(what: string, buyer: Buyer, more = ''): Promise<Listed[]> {
    const { body } = await this.ask('GET', `/v1/${what}?customer=${buyer.id}&limit=100${more}`);
    return body.data as unknown as Listed[];
  }

  async one(what: string, buyer: Buyer, which: number, more = ''): Promise<Listed | undefined> {
    return pick(await this.list(what, buyer, more), which);
  }
}

/** Undefined where there was nothing to do it to. */
export type Play = (world: World, buyer: Buyer, draw: Draw) => Promise<Answer | undefined>;
