import { type FileHandle, open } from 'node:fs/promises';

/** How soon appended bytes must reach the disk: `now` starts a flush at once, `soon` may wait for the next one. */
export type Urgency = 'now' | 'soon';

const SOON_DELAY_MS = 50;

interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

/**
 * A file that only grows. Appends are collected while a flush is under way and reach the disk together,
 * so that many callers share one fsync. After a failed write every later append is refused, because bytes
 * after a hole could not be read back.
 */
export class AppendLog {
  readonly #file: FileHandle;
  #queue: Uint8Array[] = [];
  #waiters: Waiter[] = [];
  #end: number;
  #durableEnd: number;
  #urgentEnd: number;
  #flushing: Promise<void> | null = null;
  #soon: NodeJS.Timeout | null = null;
  #failure: Error | null = null;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#end = size;
    this.#durableEnd = size;
    this.#urgentEnd = size;
  }

  /** Opens the file at `path`, cut to `keepBytes` (what lies behind is a torn tail), readable by its owner only. */
  static async open(path: string, keepBytes: number): Promise<AppendLog> {
    const file = await open(path, 'a+', 0o600);
    const { size } = await file.stat();
    if (size > keepBytes) {
      await file.truncate(keepBytes);
      await file.datasync();
    }
    return new AppendLog(file, Math.min(size, keepBytes));
  }

  /** Queues bytes and returns the offset at which they will lie. Throws when an earlier write failed. */
  append(bytes: Uint8Array, urgency: Urgency = 'now'): number {
    if (this.#failure !== null) throw this.#failure;
    const offset = this.#end;
    this.#end += bytes.length;
    this.#queue.push(bytes);
    if (urgency === 'now') {
      this.#urgentEnd = this.#end;
      this.#startFlush();
    } else if (this.#flushing === null && this.#soon === null) {
      this.#soon = setTimeout(() => this.#startFlush(), SOON_DELAY_MS);
      this.#soon.unref();
    }
    return offset;
  }

  /** Resolves once everything appended with urgency `now` so far is on disk; rejects if a write failed. */
  settled(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#durableEnd >= this.#urgentEnd) return Promise.resolve();
    const until = this.#urgentEnd;
    return new Promise((resolve, reject) => this.#waiters.push({ until, resolve, reject }));
  }

  /** Reads bytes back. Only offsets that were settled may be read. */
  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, offset);
    if (bytesRead !== length) throw new Error('the journal ends before the bytes that were asked for');
    return bytes;
  }

  /** Writes what is queued, then closes the file. */
  async close(): Promise<void> {
    this.#startFlush();
    await this.#flushing;
    await this.#file.close();
  }

  #startFlush(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    if (this.#flushing !== null || this.#queue.length === 0) return;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = null;
    });
  }

  async #flush(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const batch = Buffer.concat(this.#queue);
        const end = this.#end;
        this.#queue = [];
        let written = 0;
        while (written < batch.length) {
          written += (await this.#file.write(batch, written, batch.length - written)).bytesWritten;
        }
        await this.#file.datasync();
        this.#durableEnd = end;
        this.#release();
      }
    } catch (cause) {
      this.#failure = new Error('the journal could not be written', { cause });
      for (const waiter of this.#waiters) waiter.reject(this.#failure);
      this.#waiters = [];
    }
  }

  #release(): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter((waiter) => waiter.until > this.#durableEnd);
    for (const waiter of waiting) if (waiter.until <= this.#durableEnd) waiter.resolve();
  }
}
