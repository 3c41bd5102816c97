import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualTime } from '../testing/manual-time.ts';
import { UsageNotWritten } from './journal.ts';
import { journalsIn, lockJournal, segmentPath, segmentsOf } from './journal-lock.ts';
import { nameOfThisProcess } from './process-name.ts';
import { UsageLog, type UsageLogSettings } from './usage-log.ts';
import { type UsageLine, UsageState } from './usage-state.ts';

const intent = (key: string, subject: string | null = null) => ({
  key,
  customer: 'cus_1',
  feature: 'calls',
  subject,
  asked: 100n,
  minimum: 1n,
});

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'billhook-log-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const settingsOf = (more: Partial<UsageLogSettings> = {}): UsageLogSettings => ({
  folder,
  maxBytes: 1_000_000,
  durability: 'never',
  time: manualTime(),
  ...more,
});

/** What can happen to a log, in any order; what makes no sense at the time is left out. */
type Step = 'lease' | 'use' | 'track' | 'settle' | 'answer' | 'close' | 'tracked';
const steps = fc.array(
  fc.constantFrom<Step>(
    'lease',
    'use',
    'use',
    'use',
    'track',
    'track',
    'settle',
    'answer',
    'close',
    'tracked',
  ),
  { maxLength: 120 },
);

function play(log: UsageLog, list: readonly Step[]): void {
  let serial = 0;
  for (const step of list) {
    serial += 1;
    const lease = [...log.state.leases.values()].at(serial % 3 === 0 ? 0 : -1);
    if (step === 'lease') log.granted(log.intend(intent(`k${serial}`)), `rsv_${serial}`, 100n);
    if (step === 'track')
      log.track({
        eventId: `e${serial}`,
        customer: 'c',
        feature: 'f',
        subject: null,
        quantity: 1n,
        time: 't',
      });
    if (step === 'tracked' && log.state.tracked[0]) log.trackedUpTo(log.state.tracked[0].sequence);
    if (lease === undefined) continue;
    if (step === 'use' && lease.used < lease.granted) log.use([[lease, 1n]]);
    if (step === 'settle') log.settling(lease, false);
    if (step === 'answer' && lease.inFlight) log.settled(lease, lease.inFlight);
    if (step === 'close' && lease.used === lease.settled) log.closed(lease);
  }
}

/** The log as it is after its process was killed: its files, in a folder of their own. */
function afterKill(log: UsageLog): UsageLog {
  const copy = fs.mkdtempSync(path.join(folder, 'killed-'));
  for (const number of segmentsOf(folder, log.name))
    fs.copyFileSync(segmentPath(folder, log.name, number), segmentPath(copy, log.name, number));
  return UsageLog.takeOver(settingsOf({ folder: copy }), log.name, false) as UsageLog;
}

const open = ({ leases, tracked }: UsageState) => ({ leases: [...leases.values()], tracked });

describe('usage on disk', () => {
  it('read back is what it was in memory, also over many segments', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(2_000, 1_000_000), async (list, maxBytes) => {
        const log = UsageLog.create(settingsOf({ maxBytes }));
        try {
          play(log, list);
        } catch (fault) {
          expect((fault as UsageNotWritten).reason).toBe('full');
        }
        const back = afterKill(log);
        expect(open(back.state)).toEqual(open(log.state));
        await back.close();
        await log.close();
      }),
      { numRuns: 30 },
    );
  });

  it('cut anywhere is what its whole lines say', async () => {
    const log = UsageLog.create(settingsOf());
    play(log, [
      'lease',
      'use',
      'use',
      'track',
      'settle',
      'use',
      'answer',
      'track',
      'tracked',
      'use',
      'close',
    ]);
    const bytes = fs.readFileSync(segmentPath(folder, log.name, 1));
    for (let cut = 0; cut <= bytes.length; cut += 9) {
      const name = crypto.randomUUID();
      const part = bytes.subarray(0, cut);
      fs.writeFileSync(segmentPath(folder, name, 1), part);
      const back = UsageLog.takeOver(settingsOf(), name, false) as UsageLog;
      const state = new UsageState();
      const lines = part.toString().split('\n').slice(0, -1);
      for (const line of lines) state.apply(JSON.parse(line) as UsageLine);
      expect(open(back.state)).toEqual(open(state));
      // What is written next stands on a line of its own.
      back.track({ eventId: 'next', customer: 'c', feature: 'f', subject: null, quantity: 1n, time: 't' });
      const text = fs.readFileSync(segmentPath(folder, name, 1), 'utf8');
      expect(
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      ).toHaveLength(lines.length + 1);
      await back.close();
    }
    await log.close();
  });

  it('is refused beyond its bound with nothing half written, and settling what is there always fits', async () => {
    const log = UsageLog.create(settingsOf({ maxBytes: 1_000 }));
    const lease = log.intend(intent('k'));
    log.granted(lease, 'rsv_1', 100n);
    expect(() => {
      for (let i = 0; i < 100; i += 1)
        log.track({ eventId: `e${i}`, customer: 'c', feature: 'f', subject: null, quantity: 1n, time: 't' });
    }).toThrow(UsageNotWritten);
    expect(() => log.use([[lease, 1n]])).toThrow('reached its bound');
    expect(lease.used).toBe(0n);
    expect(log.bytes).toBeLessThanOrEqual(1_200);
    log.trackedUpTo(log.state.lastSequence);
    log.use([[lease, 1n]]);
    expect(lease.used).toBe(1n);
    await log.close();
  });

  it('leaves nothing where nothing is left, and is on disk before it is acknowledged if that is asked for', async () => {
    const log = UsageLog.create(settingsOf({ durability: 'always' }));
    log.track({ eventId: 'e', customer: 'c', feature: 'f', subject: null, quantity: 1n, time: 't' });
    await Promise.all([log.durable(), log.durable()]);
    log.trackedUpTo(1);
    await log.close();
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('a journal', () => {
  it('has one owner: a live one keeps it, and of many that find it left exactly one gets it', async () => {
    const log = UsageLog.create(settingsOf());
    play(log, ['track']);
    expect(UsageLog.takeOver(settingsOf(), log.name, false)).toBeNull();
    await log.close();
    expect(journalsIn(folder)).toEqual([log.name]);
    const takers = Array.from({ length: 8 }, () => UsageLog.takeOver(settingsOf(), log.name, false));
    expect(takers.filter((taker) => taker !== null)).toHaveLength(1);
  });

  it('of a process that ended is found even where its number was given to another', () => {
    const name = crypto.randomUUID();
    const ended = { ...nameOfThisProcess(), token: 'of another start' };
    const reused = { ...ended, pid: process.ppid, began: 'boot:1' };
    expect(lockJournal(folder, name, ended)).toBe(true);
    expect(lockJournal(folder, name, reused)).toBe(true);
    expect(lockJournal(folder, name, nameOfThisProcess())).toBe(true);
    expect(lockJournal(folder, name, nameOfThisProcess())).toBe(false);
  });

  it('of another thread of a process that runs is left alone', () => {
    const name = crypto.randomUUID();
    lockJournal(folder, name, { ...nameOfThisProcess(), thread: 99, token: 'of the other thread' });
    expect(lockJournal(folder, name, nameOfThisProcess())).toBe(false);
  });

  it('of another machine is left alone, unless the folder never has two at a time', () => {
    const name = crypto.randomUUID();
    lockJournal(folder, name, { ...nameOfThisProcess(), host: 'elsewhere' });
    expect(lockJournal(folder, name, nameOfThisProcess())).toBe(false);
    expect(lockJournal(folder, name, nameOfThisProcess(), true)).toBe(true);
  });
});
