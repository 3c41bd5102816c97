import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { accountLaws } from './account-laws.ts';
import { chargeLaws } from './charge-laws.ts';
import { debitLaws } from './debit-laws.ts';
import { delayLaws } from './delay-laws.ts';
import type { ConformanceDriver } from './driver.ts';
import { moneyLaws } from './money-laws.ts';
import { pageLaws } from './page-laws.ts';
import { refundLaws } from './refund-laws.ts';
import { webhookLaws } from './webhook-laws.ts';

/** Declares every law of the port for a provider. The driver is started once and its faults end before each law. */
export function declareConformance(name: string, start: () => Promise<ConformanceDriver>): void {
  describe(`${name} keeps the laws of the port:`, () => {
    let driver: ConformanceDriver;
    beforeAll(async () => {
      driver = await start();
    }, 30_000);
    afterAll(() => driver.stop());
    beforeEach(() => driver.setFaults({}));
    const world = () => driver;
    chargeLaws(world);
    refundLaws(world);
    pageLaws(world);
    accountLaws(world);
    webhookLaws(world);
    moneyLaws(world);
    delayLaws(world);
    debitLaws(world);
  });
}
