import type { EntitlementServer } from '../entitlement-server.ts';
import type { ListedRight } from '../rights/facts.ts';
import { Right } from '../rights/right.ts';
import { backOffMs, type LocalTime, within } from './time.ts';

/** What is known of one member or device. */
interface SubjectRight {
  right: Right | null;
  /** Something may have changed since the server was heard. */
  isDirty: boolean;
  loading: Promise<void> | null;
  attempts: number;
  /** Before this it is not asked about again. */
  retryAtMs: number;
}

export interface SubjectBookParts {
  readonly server: EntitlementServer;
  readonly time: LocalTime;
  readonly timeoutMs: number;
  /** Members and devices that are kept in memory. */
  readonly most: number;
  readonly renewed: (customer: string, feature: string, subject: string) => void;
}

/** One is asked about again only after so long, however often it is told that its customer changed. */
const ASK_GAP_MS = 100;

/** Rights of members and devices, which no list of a customer's rights tells: each is asked about when it comes up. */
export class SubjectBook {
  readonly #parts: SubjectBookParts;
  readonly #byFeature = new Map<string, Map<string, SubjectRight>>();
  #count = 0;

  constructor(parts: SubjectBookParts) {
    this.#parts = parts;
  }

  /** Undefined until the server was heard. What may have changed is asked about again meanwhile. */
  known(customer: string, feature: string, subject: string): Right | undefined {
    const entry = this.#byFeature.get(nameOf(customer, feature))?.get(subject);
    if (entry === undefined) return undefined;
    if (entry.isDirty) void this.#load(customer, feature, subject, entry);
    return entry.right ?? undefined;
  }

  peek(customer: string, feature: string, subject: string): Right | undefined {
    return this.#byFeature.get(nameOf(customer, feature))?.get(subject)?.right ?? undefined;
  }

  /** Resolves when the server was heard, or could not be. */
  async load(customer: string, feature: string, subject: string): Promise<void> {
    await this.#load(customer, feature, subject, this.#open(customer, feature, subject));
  }

  /** An answer of the server told how a member or device stands. */
  take(customer: string, subject: string, listed: ListedRight): void {
    const entry = this.#open(customer, listed.feature, subject);
    if (entry.right === null) entry.right = new Right(listed);
    else entry.right.renew(listed);
    this.#parts.renewed(customer, listed.feature, subject);
  }

  /** The right of the customer behind them was listed again. */
  outdate(customer: string, feature: string): void {
    for (const entry of this.#byFeature.get(nameOf(customer, feature))?.values() ?? []) entry.isDirty = true;
  }

  #load(customer: string, feature: string, subject: string, entry: SubjectRight): Promise<void> {
    if (entry.loading !== null) return entry.loading;
    if (this.#parts.time.elapsedMs() < entry.retryAtMs) return Promise.resolve();
    entry.loading = this.#ask(customer, feature, subject, entry).finally(() => {
      entry.loading = null;
    });
    return entry.loading;
  }

  async #ask(customer: string, feature: string, subject: string, entry: SubjectRight): Promise<void> {
    const { server, time, timeoutMs } = this.#parts;
    entry.isDirty = false;
    entry.retryAtMs = time.elapsedMs() + ASK_GAP_MS;
    try {
      const check = await within(time, timeoutMs, (signal) =>
        server.check(customer, feature, '0', signal, subject),
      );
      entry.attempts = 0;
      this.take(customer, subject, check);
    } catch {
      entry.isDirty = true;
      entry.attempts += 1;
      entry.retryAtMs = time.elapsedMs() + backOffMs(entry.attempts, time);
    }
  }

  #open(customer: string, feature: string, subject: string): SubjectRight {
    const name = nameOf(customer, feature);
    const subjects = this.#byFeature.get(name) ?? new Map<string, SubjectRight>();
    const known = subjects.get(subject);
    if (known !== undefined) return known;
    if (this.#count >= this.#parts.most) this.#forgetAll();
    const loose = { attempts: 0, retryAtMs: Number.NEGATIVE_INFINITY };
    const entry: SubjectRight = { right: null, isDirty: true, loading: null, ...loose };
    this.#byFeature.set(name, subjects.set(subject, entry));
    this.#count += 1;
    return entry;
  }

  /** Whoever comes up again is asked about again. */
  #forgetAll(): void {
    this.#byFeature.clear();
    this.#count = 0;
  }
}

function nameOf(customer: string, feature: string): string {
  return `${customer}\n${feature}`;
}
