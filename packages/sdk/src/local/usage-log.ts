import { type Durability, Journal, UsageNotWritten } from './journal.ts';
import { lockJournal, segmentsOf, unlockJournal } from './journal-lock.ts';
import { endOfName, nameOfThisProcess, type ProcessName } from './process-name.ts';
import type { LocalTime } from './time.ts';
import {
  type LeaseState,
  type Settling,
  subjectIn,
  type Tracked,
  type UsageLine,
  UsageState,
} from './usage-state.ts';

/** Units that are about to be asked for. */
export type Intent = Pick<LeaseState, 'key' | 'customer' | 'feature' | 'asked' | 'minimum' | 'subject'>;

export interface UsageLogSettings {
  readonly folder: string;
  readonly maxBytes: number;
  readonly durability: Durability;
  readonly time: LocalTime;
}

/** Usage of a process, on disk and in memory: nothing is in memory that was not written first. */
export class UsageLog {
  readonly state = new UsageState();
  readonly name: string;
  readonly #settings: UsageLogSettings;
  readonly #owner: ProcessName;
  readonly #journal: Journal;
  /** The last tracked number of each segment before the one that is written to. */
  #older: { number: number; lastSequence: number }[] = [];
  #callOffSync: (() => void) | null = null;

  private constructor(settings: UsageLogSettings, name: string, owner: ProcessName, journal: Journal) {
    this.#settings = settings;
    this.name = name;
    this.#owner = owner;
    this.#journal = journal;
  }

  static create(settings: UsageLogSettings): UsageLog {
    const owner = nameOfThisProcess();
    lockJournal(settings.folder, owner.token, owner);
    return new UsageLog(settings, owner.token, owner, Journal.create(settings.folder, owner.token));
  }

  /** What a process left that runs no more; null if it does run, or another has taken over. */
  static takeOver(settings: UsageLogSettings, name: string, isForeignGone: boolean): UsageLog | null {
    const owner = nameOfThisProcess();
    if (!lockJournal(settings.folder, name, owner, isForeignGone)) {
      endOfName(owner);
      return null;
    }
    const { journal, lines } = Journal.reopen(settings.folder, name);
    const log = new UsageLog(settings, name, owner, journal);
    for (const text of lines) {
      const line = readLine(text);
      if (line !== null) log.state.apply(line);
    }
    const { lastSequence } = log.state;
    log.#older = segmentsOf(settings.folder, name)
      .slice(0, -1)
      .map((number) => ({ number, lastSequence }));
    return log;
  }

  get bytes(): number {
    return this.#journal.bytes;
  }

  /** @throws UsageNotWritten where the bound is reached */
  intend({ key, customer, feature, asked, minimum, subject }: Intent): LeaseState {
    this.#writeNew(['i', key, customer, feature, `${asked}`, `${minimum}`, ...subjectIn(subject)]);
    return this.state.leases.get(key) as LeaseState;
  }

  granted({ key }: LeaseState, id: string, quantity: bigint): void {
    this.#write(['g', key, id, `${quantity}`]);
  }

  notGranted({ key }: LeaseState): void {
    this.#write(['n', key]);
  }

  /** @throws UsageNotWritten where the bound is reached or the disk refuses; then nothing was used */
  use(parts: readonly (readonly [LeaseState, bigint])[]): void {
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) this.#writeNew(['u', only[0].key, `${only[1]}`]);
    else this.#writeNew(['u', ...parts.flatMap(([{ key }, quantity]) => [key, `${quantity}`])]);
  }

  /** @throws UsageNotWritten as {@link use} does */
  track(event: Omit<Tracked, 'sequence'>): void {
    const { eventId, customer, feature, quantity, time, subject } = event;
    const sequence = this.state.lastSequence + 1;
    this.#writeNew(['t', sequence, eventId, customer, feature, `${quantity}`, time, ...subjectIn(subject)]);
  }

  /**
   * What of a lease is to be told now. What was begun and not answered is told again as it was.
   *
   * @param isLast whether what is not used is given back
   */
  settling(lease: LeaseState, isLast: boolean): Settling {
    if (lease.inFlight === null) this.#beginSettling(lease, lease.used - lease.settled, isLast);
    return lease.inFlight as unknown as Settling;
  }

  /** The server refused to count so much at once, and counted nothing: less is told under a new event id. */
  settlingLess(lease: LeaseState, most: bigint, isLast: boolean): void {
    this.#beginSettling(lease, most, isLast);
  }

  #beginSettling(lease: LeaseState, quantity: bigint, isLast: boolean): void {
    const eventId = `${lease.key}.${lease.settlements + 1}`;
    const keep = (isLast ? lease.used : lease.granted) - lease.settled - quantity;
    this.#write(['s', lease.key, eventId, `${quantity}`, `${keep}`]);
  }

  settled({ key }: LeaseState, { eventId }: Settling): void {
    this.#write(['k', key, eventId]);
  }

  closed({ key }: LeaseState): void {
    this.#write(['c', key]);
  }

  trackedUpTo(sequence: number): void {
    this.#write(['d', sequence]);
    this.#dropOlder();
  }

  /** Resolves when what was written is as durable as the settings ask for. */
  async durable(): Promise<void> {
    const { durability, time } = this.#settings;
    if (durability === 'always') await this.#journal.sync();
    if (durability !== 'every_second' || this.#callOffSync !== null) return;
    this.#callOffSync = time.after(1000, () => {
      this.#callOffSync = null;
      // A disk that fails is told by the next write.
      void this.#journal.sync().catch(() => undefined);
    });
  }

  /** Lets go of it. What is left is on disk for the next process; nothing left, and nothing stays. */
  async close(): Promise<void> {
    this.#callOffSync?.();
    await (this.state.isEmpty ? this.#journal.discard() : this.#journal.close());
    unlockJournal(this.#settings.folder, this.name);
    endOfName(this.#owner);
  }

  /** A line that adds something is refused at the bound; lines that settle what is there always fit. */
  #writeNew(line: UsageLine): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#journal.bytes + text.length > this.#settings.maxBytes) throw new UsageNotWritten('full');
    this.#put(line, text);
  }

  #write(line: UsageLine): void {
    this.#put(line, `${JSON.stringify(line)}\n`);
  }

  #put(line: UsageLine, text: string): void {
    this.#journal.append(text);
    this.state.apply(line);
    if (this.#journal.bytesOfLast >= Math.min(SEGMENT_BYTES, this.#settings.maxBytes / 4))
      this.#beginSegment();
  }

  #beginSegment(): void {
    const number = this.#journal.lastNumber;
    const lines = this.state.carried().map((line) => `${JSON.stringify(line)}\n`);
    this.#journal.beginSegment(lines.join(''));
    this.#older.push({ number, lastSequence: this.state.lastSequence });
    this.#dropOlder();
  }

  #dropOlder(): void {
    const needed = this.#older.filter(({ lastSequence }) => lastSequence > this.state.doneSequence);
    this.#older = needed;
    this.#journal.dropBefore(needed[0]?.number ?? this.#journal.lastNumber);
  }
}

const SEGMENT_BYTES = 4 * 1024 * 1024;

/** A line that was torn by a full disk is followed by the next one, and says nothing. */
function readLine(text: string): UsageLine | null {
  try {
    return JSON.parse(text) as UsageLine;
  } catch {
    return null;
  }
}
