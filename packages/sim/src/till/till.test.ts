import { expect, test } from 'vitest';
import { prngOf } from '../prng.ts';
import { newsEndEqual, openInvoice, START, timeOutsEndPaid } from './checks.ts';
import { playTimeOut } from './play.ts';

test('I16 of calls whose answers are lost none charges twice, and each is known within the schedule', () => {
  expect(timeOutsEndPaid(300)).toEqual({ played: 300, doubleCharges: 0, open: 0, misusedKeys: 0 });
});

test('I39 whatever becomes of webhooks, books end as if each had come once, in order and at once', () => {
  expect(newsEndEqual(150, 4)).toMatchObject({ schedules: 600, different: [] });
});

test('a bug that sends again under a new key is found', () => {
  let charges = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const { provider } = playTimeOut(prngOf(`bug/${seed}`), openInvoice(), START, {
      resendsUnderNewKey: true,
    });
    if (provider.intents.length > 1) charges += 1;
  }
  expect(charges).toBeGreaterThan(0);
});
