import fs from 'node:fs';
import { segmentPath, segmentsOf } from './journal-lock.ts';

/**
 * When what was written reaches the disk. A process that is killed loses nothing either way. `always`: before it is
 * acknowledged, so that a loss of power loses nothing. `every_second`: within a second. `never`: when the system does.
 */
export type Durability = 'always' | 'every_second' | 'never';

/** Usage could not be written, so it was not counted. */
export class UsageNotWritten extends Error {
  override readonly name = 'UsageNotWritten';
  readonly reason: 'full' | 'disk';
  constructor(reason: 'full' | 'disk', cause?: unknown) {
    super(
      reason === 'full'
        ? 'The file of usage that waits for the server has reached its bound.'
        : 'Usage could not be written to disk.',
      { cause },
    );
    this.reason = reason;
  }
}

interface Segment {
  readonly number: number;
  bytes: number;
}

/** The bytes of a journal: lines appended to its last segment. Segments that nobody needs are dropped. */
export class Journal {
  readonly #folder: string;
  readonly #name: string;
  readonly #segments: Segment[] = [];
  #fd = -1;
  #isTorn = false;
  #isSynced = true;
  #syncing: Promise<void> | null = null;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  static create(folder: string, name: string): Journal {
    const journal = new Journal(folder, name);
    journal.#open(1);
    return journal;
  }

  /** Opens a journal that another process left, and reads its lines. Half a line at the end was never acknowledged. */
  static reopen(folder: string, name: string): { journal: Journal; lines: string[] } {
    const journal = new Journal(folder, name);
    const lines: string[] = [];
    for (const number of segmentsOf(folder, name)) {
      const file = segmentPath(folder, name, number);
      const text = fs.readFileSync(file, 'utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      lines.push(...whole.split('\n').filter((line) => line !== ''));
      const bytes = Buffer.byteLength(whole);
      if (whole.length < text.length) fs.truncateSync(file, bytes);
      journal.#segments.push({ number, bytes });
    }
    const last = journal.#segments.at(-1);
    if (last === undefined) journal.#open(1);
    else journal.#fd = fs.openSync(segmentPath(folder, name, last.number), 'a');
    return { journal, lines };
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get bytesOfLast(): number {
    return this.#last.bytes;
  }

  /** Number of the segment that is written to. */
  get lastNumber(): number {
    return this.#last.number;
  }

  /** @throws UsageNotWritten where the disk refuses; then nothing of it counts when it is read back */
  append(text: string): void {
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text);
    try {
      const written = fs.writeSync(this.#fd, bytes);
      this.#isSynced = false;
      if (written < bytes.length) this.#takeBack();
      this.#last.bytes += written;
      this.#isTorn = false;
    } catch (cause) {
      throw cause instanceof UsageNotWritten ? cause : new UsageNotWritten('disk', cause);
    }
  }

  /** Begins a segment with such lines. They are on disk before an older segment may be dropped. */
  beginSegment(text: string): void {
    const before = this.#fd;
    fs.fdatasyncSync(before);
    this.#open(this.#last.number + 1);
    this.append(text);
    fs.fdatasyncSync(this.#fd);
    if (this.#syncing === null) fs.closeSync(before);
    else void this.#syncing.catch(() => undefined).then(() => fs.closeSync(before));
  }

  dropBefore(number: number): void {
    while ((this.#segments[0] as Segment).number < number) {
      const [first] = this.#segments.splice(0, 1) as [Segment];
      fs.rmSync(segmentPath(this.#folder, this.#name, first.number), { force: true });
    }
  }

  /** Resolves once all that was appended before is on disk. Calls that come meanwhile share the next write. */
  async sync(): Promise<void> {
    while (this.#syncing !== null) await this.#syncing;
    if (this.#isSynced) return;
    this.#isSynced = true;
    this.#syncing = new Promise<void>((resolve, reject) => {
      fs.fdatasync(this.#fd, (fault) => (fault === null ? resolve() : reject(fault)));
    }).finally(() => {
      this.#syncing = null;
    });
    await this.#syncing.catch((fault: unknown) => {
      this.#isSynced = false;
      throw fault;
    });
  }

  async close(): Promise<void> {
    await this.sync();
    fs.closeSync(this.#fd);
  }

  /** Closes it and takes it away: nothing in it is needed any more, so nothing has to reach the disk. */
  async discard(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    fs.closeSync(this.#fd);
    for (const { number } of this.#segments)
      fs.rmSync(segmentPath(this.#folder, this.#name, number), { force: true });
  }

  /** A full disk took a part of a line: nothing of it may stay, or it would count when it is read back. */
  #takeBack(): never {
    this.#isTorn = true;
    fs.ftruncateSync(this.#fd, this.#last.bytes);
    this.#isTorn = false;
    throw new UsageNotWritten('disk');
  }

  get #last(): Segment {
    return this.#segments.at(-1) as Segment;
  }

  #open(number: number): void {
    this.#fd = fs.openSync(segmentPath(this.#folder, this.#name, number), 'ax', 0o600);
    this.#segments.push({ number, bytes: 0 });
    this.#isTorn = false;
  }
}
