import fs from 'node:fs';
import path from 'node:path';
import { decimal12FromScaled, formatDecimal12 } from '@billhook/core/kernel/decimal';
import { entitlementServerOf } from '../entitlement-server.ts';
import type { Entitlement } from '../generated/types.ts';
import type { RightAnswer, Upgrade } from '../rights/answer.ts';
import type { Consumed, CountOptions, Entitlements, Held, SubjectOptions } from '../rights/entitlements.ts';
import type { ListedRight } from '../rights/facts.ts';
import { fallbackAnswers } from '../rights/fallback.ts';
import type { Quantity } from '../rights/quantity.ts';
import type { Right } from '../rights/right.ts';
import { Counter, notGranted } from './counter.ts';
import { agreeTerms } from './lease-terms.ts';
import { Meterage, type MeterageOf, meterageName } from './meterage.ts';
import { RightsBook } from './rights-book.ts';
import type { SendParts } from './send.ts';
import { type AgreedSettings, agreeSettings, type LocalSettings } from './settings.ts';
import { followStream } from './stream.ts';
import { SubjectBook } from './subject-book.ts';
import { TakeOver } from './take-over.ts';
import { within } from './time.ts';
import { UpgradeBook } from './upgrade-book.ts';
import { UsageClock } from './usage-clock.ts';
import { UsageLog } from './usage-log.ts';
import { UsageSender } from './usage-sender.ts';
import type { Tracked } from './usage-state.ts';

/** Rights answered in the process, and usage that no outage loses. */
export interface LocalEntitlements extends Entitlements {
  /**
   * Answers from memory, at once. The first question about a customer, or about a member or device of a feature that is
   * counted for each, gets the fallback, and the rights are fetched.
   */
  check(customer: string, feature: string, quantity?: Quantity, options?: SubjectOptions): RightAnswer;
  /** Fetches the rights of customers, so that the first question about them is answered from memory. */
  load(...customers: string[]): Promise<void>;
  /** Every right of a customer as the server listed it, for a browser. */
  rights(customer: string): Promise<Entitlement[]>;
  /** Tells the server what waits. True if nothing is left. */
  flush(): Promise<boolean>;
  /** What waits for the server, and whether it is heard. */
  status(): LocalStatus;
  /**
   * Tells what waits, gives back what was promised and ends. What could not be told stays in the folder for the next
   * process.
   */
  close(): Promise<void>;
}

export interface LocalStatus {
  /** Whether the stream of changes is up. */
  readonly isConnected: boolean;
  readonly waitingBytes: number;
  /** Events and leases of processes that ended, not yet told. */
  readonly takenOver: number;
}

/** Begins to answer rights of customers in this process. Customers are named by their ids (`cus_...`). */
export function createLocalEntitlements(settings: LocalSettings): LocalEntitlements {
  const agreed = agreeSettings(settings);
  fs.mkdirSync(agreed.folder, { recursive: true, mode: 0o700 });
  return new Local(agreed);
}

class Local implements LocalEntitlements {
  readonly #settings: AgreedSettings;
  readonly #server;
  readonly #book: RightsBook;
  readonly #subjects: SubjectBook;
  readonly #log: UsageLog;
  readonly #takeOver: TakeOver;
  readonly #sender: UsageSender;
  readonly #counter: Counter;
  readonly #upgrades: UpgradeBook;
  readonly #stream;
  readonly #fallback;
  readonly #meterages = new Map<string, Meterage>();
  readonly #terms;
  #isConnected = false;

  constructor(settings: AgreedSettings) {
    this.#settings = settings;
    const { time, timeoutMs, maxCustomers, waitMs, tellAfterMs } = settings;
    const server = entitlementServerOf(settings.client);
    this.#server = server;
    this.#terms = agreeTerms(settings.lease);
    this.#fallback = fallbackAnswers(settings.fallback ?? {});
    this.#upgrades = new UpgradeBook(server, time, waitMs);
    this.#book = new RightsBook({
      server,
      time,
      timeoutMs,
      maxCustomers,
      renewed: (customer, feature) => this.#renewed(customer, feature),
    });
    this.#subjects = new SubjectBook({
      server,
      time,
      timeoutMs,
      most: maxCustomers,
      renewed: (customer, feature, subject) => this.#agree({ customer, feature, subject }),
    });
    this.#log = UsageLog.create(settings);
    const send = this.#sendParts();
    this.#takeOver = new TakeOver(settings, settings.otherMachines === 'take', send);
    this.#sender = new UsageSender({
      log: this.#log,
      takeOver: this.#takeOver,
      send,
      time,
      tellAfterMs,
      meterages: this.#meterages,
      told: (meterage) => this.#told(meterage),
    });
    const clock = new UsageClock(time);
    this.#counter = new Counter({
      book: this.#book,
      log: this.#log,
      time,
      usageTimeMs: () => clock.nowMs(),
      waitMs,
      fallback: this.#fallback,
      subjects: this.#subjects,
      meterage: (of) => this.#meterage(of),
      moved: (meterage) => this.#moved(meterage),
    });
    this.#stream = followStream(server, time, {
      serverTime: (epochMs) => clock.serverTime(epochMs),
      changed: (customers) => this.#book.changed(customers),
      reset: () => this.#book.reset(),
      connected: (isConnected) => {
        this.#isConnected = isConnected;
        this.#book.connected(isConnected);
      },
    });
    this.#sender.wake();
  }

  check(
    customer: string,
    feature: string,
    quantity: Quantity = 1,
    { subject }: SubjectOptions = {},
  ): RightAnswer {
    const entry = this.#book.known(customer);
    if (entry === undefined) return this.#fallback(feature);
    const listed = entry.rights.get(feature);
    const state = this.#book.stateOf(entry);
    if (listed === undefined) return notGranted(feature, state);
    const right = listed.isPerSubject ? this.#ofSubject(customer, feature, subject) : listed;
    if (right === undefined) return this.#fallback(feature);
    const { exhaustedUntilMs } = right;
    if (exhaustedUntilMs !== Number.NEGATIVE_INFINITY && this.#settings.time.elapsedMs() >= exhaustedUntilMs)
      right.exhaust(Number.NEGATIVE_INFINITY);
    const answer = right.answer(quantity, state);
    if (!answer.allowed) this.#book.refresh(entry);
    return answer;
  }

  consume(
    customer: string,
    feature: string,
    quantity: Quantity = 1,
    options: CountOptions = {},
  ): Promise<Consumed> {
    return this.#counter.consume(customer, feature, quantity, options);
  }

  hold(customer: string, feature: string, quantity: Quantity = 1, options: CountOptions = {}): Promise<Held> {
    return this.#counter.hold(customer, feature, quantity, options);
  }

  prepare(customer: string, feature?: string, { subject }: SubjectOptions = {}): Promise<void> {
    return this.#counter.prepare(customer, feature, subject);
  }

  async load(...customers: string[]): Promise<void> {
    await Promise.all(customers.map((customer) => this.#book.load(customer)));
  }

  rights(customer: string): Promise<Entitlement[]> {
    const { time, timeoutMs } = this.#settings;
    return within(time, timeoutMs, (signal) => this.#server.listRights(customer, signal));
  }

  upgrade(
    customer: string,
    feature: string,
    limit: string | null = null,
    { subject }: SubjectOptions = {},
  ): Promise<Upgrade | null> {
    return this.#upgrades.of(customer, feature, limit, subject);
  }

  flush(): Promise<boolean> {
    return this.#sender.send();
  }

  status(): LocalStatus {
    return {
      isConnected: this.#isConnected,
      waitingBytes: this.#log.state.isEmpty ? 0 : this.#log.bytes,
      takenOver: this.#takeOver.waiting,
    };
  }

  async close(): Promise<void> {
    this.#book.close();
    await this.#stream.close();
    for (const meterage of this.#meterages.values()) meterage.closeAll();
    await this.#sender.send();
    await this.#sender.close();
    await this.#takeOver.close();
    await this.#log.close();
  }

  #ofSubject(customer: string, feature: string, subject: string | undefined) {
    if (subject === undefined) return undefined;
    const known = this.#subjects.known(customer, feature, subject);
    if (known === undefined) void this.#subjects.load(customer, feature, subject);
    return known;
  }

  #meterage(of: MeterageOf): Meterage {
    const name = meterageName(of);
    let meterage = this.#meterages.get(name);
    if (meterage === undefined) {
      const { time, timeoutMs } = this.#settings;
      const heard = (id: string, listed: ListedRight) => this.#take(id, listed);
      const parts = { server: this.#server, log: this.#log, time, terms: this.#terms, timeoutMs, heard };
      meterage = new Meterage(of, parts);
      this.#meterages.set(name, meterage);
      meterage.agree(this.#rightOf(of));
    }
    return meterage;
  }

  /** Usage was held, counted or given back. */
  #moved(meterage: Meterage): void {
    this.#showPending(meterage);
    this.#sender.wake();
  }

  #told(meterage: Meterage): void {
    this.#showPending(meterage);
    if (meterage.isIdle) this.#meterages.delete(meterageName(meterage));
  }

  #showPending(meterage: Meterage): void {
    this.#rightOf(meterage)?.setHere(meterage.pending, meterage.available);
  }

  #rightOf({ customer, feature, subject }: MeterageOf): Right | null {
    if (subject !== null) return this.#subjects.peek(customer, feature, subject) ?? null;
    return this.#book.peek(customer)?.rights.get(feature) ?? null;
  }

  /** The server said how a right stands: of the customer, or of a member or device. */
  #take(customer: string, listed: ListedRight): void {
    const { subject, counted } = listed;
    if (counted === 'subject' && subject !== null) this.#subjects.take(customer, subject, listed);
    else this.#book.take(customer, listed);
  }

  #renewed(customer: string, feature: string): void {
    this.#upgrades.forget(customer, feature);
    this.#subjects.outdate(customer, feature);
    this.#agree({ customer, feature, subject: null });
  }

  /** A right was heard again. Units that were promised under other terms are given back. */
  #agree(of: MeterageOf): void {
    const meterage = this.#meterages.get(meterageName(of));
    const right = this.#rightOf(of);
    right?.exhaust(Number.NEGATIVE_INFINITY);
    if (meterage === undefined) return;
    const isOther = meterage.agree(right);
    right?.setHere(meterage.pending, meterage.available);
    if (isOther) this.#sender.wake();
  }

  #sendParts(): SendParts {
    const { time, timeoutMs, folder, onRefusedUsage } = this.#settings;
    return {
      server: this.#server,
      time,
      timeoutMs,
      heard: (customer, listed) => this.#take(customer, listed),
      told: () => undefined,
      refused: (event, why) => {
        const usage = refusedUsage(event, why);
        fs.appendFileSync(path.join(folder, 'usage-refused.ndjson'), `${JSON.stringify(usage)}\n`);
        onRefusedUsage?.(usage);
      },
    };
  }
}

function refusedUsage({ customer, feature, quantity, eventId, time }: Tracked, why: string) {
  const units = formatDecimal12(decimal12FromScaled(quantity));
  return { customer, feature, quantity: units, eventId, time, why };
}
