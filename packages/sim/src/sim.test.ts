import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { instant } from '@billhook/core/time/instant';
import { describe, expect, test } from 'vitest';
import { hunt } from '../bugs/hunt.ts';
import { PLANTED_BUGS } from '../bugs/list.ts';
import { agendaFrom } from './clock.ts';
import { CORE } from './engine.ts';
import { gameOf } from './fleet.ts';
import { prngOf } from './prng.ts';
import { run } from './run.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const runFile = promisify(execFile);

async function main(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await runFile(process.execPath, [MAIN, ...args])) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

describe('a business', () => {
  test.each([1])('I54 seed %i breaks no law and leaves nothing unfinished', (seed) => {
    const result = run({ seed, customers: 30, days: 731 });
    expect(result.violations).toEqual([]);
    expect(result.parked).toEqual([]);
    expect(result.money.at(-1)?.slice(1).map(Number)).toEqual([0, 0, 0]);
  });

  test('the same seed gives the same trace in two processes, and another seed another one', async () => {
    const hash = async (seed: string) =>
      (await main('--seed', seed, '--customers', '15', '--days', '120', '--hash')).stdout;
    const [first, second, other] = await Promise.all([hash('7'), hash('7'), hash('8')]);
    expect(first).toMatch(/^[0-9a-f]{64}\n$/);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('a seed of the fleet is replayed exactly by its number alone, in a process of its own', async () => {
    const played = run(gameOf(5));
    const replayed = await main('--replay', '5', '--hash');
    expect(replayed.stdout).toBe(`${played.traceHash}\n`);
  }, 120_000);

  test('the command prints what happened, and says plainly what it cannot read', async () => {
    const done = await main('--customers', '5', '--days', '60');
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/trial balance +0\.00 +0 +0\.000\n/);
    expect(done.stdout).toContain('0 violations');
    expect((await main('--seed', 'x')).code).toBe(2);
    expect((await main('--years', '-1')).stderr).toContain('--years');
  });
});

describe('the auditor', () => {
  const foundBy = (id: string) => {
    const bug = PLANTED_BUGS.find((candidate) => candidate.id === id)!;
    return hunt(bug, { customers: 30, days: 400, seeds: 3 });
  };

  test('I06 the auditor finds an invoice that was edited after its issue', () => {
    expect(foundBy('edited-after-issue').result.violations.map(({ law }) => law)).toContain('I06');
  });

  test('I07 numbers of two years leave no gap and never go back in time', () => {
    expect(run({ seed: 9, customers: 20, days: 731 }).violations).toEqual([]);
    expect(foundBy('number-gap').result.violations.map(({ law }) => law)).toEqual(['I07']);
  });

  test('credit that a void gives back may pay another invoice before its periods can be billed anew', () => {
    expect(run({ seed: 1048, customers: 60, days: 730, untilTick: 564 }).violations).toEqual([]);
  });

  test('I435 the accounts of the whole business add up to zero in every currency on every day', () => {
    expect(foundBy('month-in-one-account').result.violations.map(({ law }) => law)).toContain('I435');
  });

  test('I436 at the end of each month, and day by day, as much is earned as the auditor counts by hand', () => {
    const { counts, violations } = run({ seed: 1, customers: 20, days: 400 });
    expect([counts.get('month.ended'), violations]).toEqual([14, []]);
    for (const id of ['month-skipped', 'earned-a-day-early', 'earned-with-what-was-credited'])
      expect([id, ...foundBy(id).result.violations.map(({ law }) => law)]).toContain('I436');
  });

  test('I437 what is corrected later leaves closed months as they were', () => {
    expect(foundBy('corrected-in-the-past').result.violations.map(({ law }) => law)).toContain('I437');
  });

  test('a failure is replayed by its seed and tick', () => {
    const { result: first, seed } = foundBy('number-gap');
    const engine = () => PLANTED_BUGS.find(({ id }) => id === 'number-gap')!.engine();
    const options = { seed: seed!, customers: 30, days: 400 };
    const again = run({ ...options, engine: engine(), untilTick: first.failedTick! });
    expect(again.violations).toEqual(first.violations);
    expect(again.traceHash).toBe(first.traceHash);
    const before = run({ ...options, engine: engine(), untilTick: first.failedTick! - 1 });
    expect(before.violations).toEqual([]);
  });

  test('a broken guard of core is a finding', () => {
    const throwing = { ...CORE, nextCounter: () => 0n };
    const { violations } = run({ seed: 4, customers: 10, days: 200, engine: throwing });
    expect(violations.map(({ law }) => law)).toContain('guard');
  });

  test('shares no code with what it checks: of core it imports types alone', () => {
    const folder = fileURLToPath(new URL('./audit/', import.meta.url));
    for (const file of readdirSync(folder)) {
      const imports = readFileSync(`${folder}${file}`, 'utf8').match(/^import [^;]*;/gm) ?? [];
      const ofCore = imports.filter((line) => line.includes('@billhook/core'));
      expect([file, ofCore.filter((line) => !line.startsWith('import type '))]).toEqual([file, []]);
    }
  });
});

describe('ground', () => {
  test('a stream repeats by its seed, and a fork does not depend on what was drawn', () => {
    const draws = (seed: string) => Array.from({ length: 5 }, prngOf(seed).next);
    expect(draws('a')).toEqual(draws('a'));
    expect(draws('a')).not.toEqual(draws('b'));
    const parent = prngOf('a');
    const early = parent.fork('x').next();
    parent.next();
    expect(parent.fork('x').next()).toBe(early);
    expect(() => parent.pick([])).toThrow('Nothing to pick from.');
    const mean = Array.from({ length: 10_000 }, parent.next).reduce((sum, value) => sum + value, 0) / 10_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  test('the agenda hands tasks out in order of time, then of entry, and never goes back', () => {
    const agenda = agendaFrom<string>(instant(100));
    for (const [at, entry] of [
      [300, 'c'],
      [200, 'a'],
      [200, 'b'],
      [50, 'past'],
      [900, 'later'],
    ] as const)
      agenda.add(instant(at), entry);
    const taken: string[] = [];
    for (let entry = agenda.takeUntil(instant(500)); entry !== null; entry = agenda.takeUntil(instant(500))) {
      taken.push(`${entry}@${agenda.now}`);
    }
    expect(taken).toEqual(['past@100', 'a@200', 'b@200', 'c@300']);
    expect(agenda.now).toBe(500);
  });
});
