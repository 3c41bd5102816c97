import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_FAULTS } from '../state/faults.ts';
import { AppendLog } from './append-log.ts';
import { encodeChange, type JournalLine } from './line.ts';
import { replay } from './replay.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billhook-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function change(name: string): JournalLine {
  const settings = { id: name, keyHash: '', sellerName: name, frozenAtMs: null, enforceMinimumAmount: false };
  return { account: name, wallMs: 1, settings: { ...settings, faults: NO_FAULTS } };
}

async function names(): Promise<{ names: string[]; goodBytes: number }> {
  const found: string[] = [];
  const goodBytes = await replay(path, ({ account }) => found.push(account));
  return { names: found, goodBytes };
}

describe('the journal', () => {
  it('keeps what was appended in order, with bodies before their line, and lets bytes be read back', async () => {
    const log = await AppendLog.open(path, 0);
    const offsets = ['a', 'b', 'c'].map((name) =>
      log.append(encodeChange(change(name), [`"body of ${name}"`])),
    );
    await log.settled();
    expect((await log.read((offsets[1] ?? 0) + 1, 11)).toString()).toBe('"body of b"');
    await log.close();
    expect((await names()).names).toEqual(['a', 'b', 'c']);
  });

  it('is readable by its owner only', async () => {
    await (await AppendLog.open(path, 0)).close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('writes what may wait at the latest when it is closed', async () => {
    const log = await AppendLog.open(path, 0);
    log.append(encodeChange(change('later'), []), 'soon');
    await log.close();
    expect((await names()).names).toEqual(['later']);
  });

  it('leaves out a tail that was torn at any byte, and goes on behind the last whole line', async () => {
    const whole = encodeChange(change('whole'), ['"é"']);
    const torn = encodeChange(change('torn'), ['"body"']);
    for (let length = 1; length < torn.length; length += 7) {
      await writeFile(path, Buffer.concat([whole, torn.subarray(0, length)]));
      const before = await names();
      expect(before.names).toEqual(['whole']);
      const log = await AppendLog.open(path, before.goodBytes);
      log.append(encodeChange(change('next'), []));
      await log.close();
      expect((await names()).names).toEqual(['whole', 'next']);
    }
  });

  it('refuses to start from a journal that is damaged in the middle', async () => {
    await writeFile(path, encodeChange(change('first'), []));
    await appendFile(path, '{"account":"bro\n');
    await appendFile(path, encodeChange(change('last'), []));
    await expect(names()).rejects.toThrow(/damaged at byte/);
  });

  it('reads lines that are longer than one chunk', async () => {
    const long = 'x'.repeat(3 << 20);
    await writeFile(path, encodeChange(change(long), []));
    expect((await names()).names).toEqual([long]);
    expect((await readFile(path)).length).toBeGreaterThan(6 << 20);
  });
});
