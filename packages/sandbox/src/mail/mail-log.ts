import { type FileHandle, open } from 'node:fs/promises';

const LINE_FEED = 0x0a;
const MAX_HEADER_BYTES = 64 * 1024;

/** What is remembered of a mail; its text stays on disk. */
export interface MailEntry {
  readonly id: string;
  readonly receivedAtMs: number;
  readonly tenant: string | null;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly to: readonly string[];
  readonly subject: string;
  readonly attachments: number;
  readonly bytes: number;
}

/** An entry with the place of its raw message in the file. */
export interface StoredMail extends MailEntry {
  readonly offset: number;
}

/** Bytes of a mail in the file: one line of JSON, then the raw message, then a line feed. */
export function encodeMail(entry: MailEntry, raw: Buffer): { bytes: Buffer; rawStart: number } {
  const header = Buffer.from(`${JSON.stringify(entry)}\n`, 'utf8');
  return { bytes: Buffer.concat([header, raw, Buffer.of(LINE_FEED)]), rawStart: header.length };
}

/** Reads the entries of a mail file, passing over the messages. Returns how many bytes are whole. */
export async function readMails(path: string, handle: (mail: StoredMail) => void): Promise<number> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 0;
    throw cause;
  }
  try {
    const { size } = await file.stat();
    let at = 0;
    for (;;) {
      const mail = await readEntry(file, at, size);
      if (mail === null) return at;
      handle(mail);
      at = mail.offset + mail.bytes + 1;
    }
  } finally {
    await file.close();
  }
}

/** The entry at an offset, or null when the rest of the file is torn or there is none. */
async function readEntry(file: FileHandle, at: number, size: number): Promise<StoredMail | null> {
  for (let length = 1024; length <= MAX_HEADER_BYTES; length *= 8) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    const end = buffer.subarray(0, bytesRead).indexOf(LINE_FEED);
    if (end === -1) {
      if (bytesRead < length) return null;
      continue;
    }
    let entry: MailEntry;
    try {
      entry = JSON.parse(buffer.subarray(0, end).toString('utf8'));
    } catch {
      return null;
    }
    const offset = at + end + 1;
    return offset + entry.bytes + 1 <= size ? { ...entry, offset } : null;
  }
  return null;
}
