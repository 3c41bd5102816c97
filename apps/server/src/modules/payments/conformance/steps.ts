import { randomUUID } from 'node:crypto';
import { addMs, MS_PER_HOUR } from '@billhook/core/time/instant';
import { expect } from 'vitest';
import {
  type OffSessionCharge,
  ProviderFault,
  type ProviderIntent,
  type ProviderSession,
} from '../provider.ts';
import type { ConformanceDriver } from './driver.ts';

/** Laws get the driver by a call, because it is started after they are declared. */
export type World = () => ConformanceDriver;

export const AMOUNT = 2_900n;

/** A customer at the provider, new each time. */
export function newCustomer({ provider }: ConformanceDriver): Promise<string> {
  const customerId = randomUUID();
  return provider.createCustomer(
    { customerId, name: 'Ada', email: 'ada@example.com' },
    `customer:${customerId}`,
  );
}

/** A charge that is ready to be sent: a customer with a method that is kept. */
export async function newCharge(
  driver: ConformanceDriver,
  how: 'good' | 'declining' = 'good',
): Promise<{ charge: OffSessionCharge; key: string }> {
  const providerCustomerId = await newCustomer(driver);
  const attemptId = randomUUID();
  const charge = {
    attemptId,
    providerCustomerId,
    providerMethodId: await driver.saveMethod(providerCustomerId, how),
    kind: driver.methodKind,
    currency: driver.currency,
    amountMinor: AMOUNT,
    description: 'Invoice 1',
  };
  return { charge, key: `attempt:${attemptId}` };
}

/** What a charge is looked up by. */
export function searchOf(driver: ConformanceDriver, { providerCustomerId, attemptId }: OffSessionCharge) {
  return { providerCustomerId, attemptId, since: addMs(driver.now(), -MS_PER_HOUR) };
}

/** A page as it is once the customer is done: where the provider waits for us, what was agreed to is taken. */
export async function finished({ provider }: ConformanceDriver, sessionId: string): Promise<ProviderSession> {
  const session = await provider.retrieveSession(sessionId);
  if (session.status !== 'approved' || provider.completeSession === undefined) return session;
  expect(session.intentId).toBeNull();
  const done = await provider.completeSession(sessionId, `settle:${sessionId}`);
  // The same call again takes nothing more.
  expect(await provider.completeSession(sessionId, `settle:${sessionId}`)).toMatchObject({
    intentId: done.intentId,
    methodId: done.methodId,
  });
  return done;
}

/** A charge as it is once its outcome is known: where banks take days, it is under way until then. */
export async function ended(driver: ConformanceDriver, intent: ProviderIntent): Promise<ProviderIntent> {
  if (driver.settlement === null) return intent;
  expect(intent).toMatchObject({ status: 'processing', capturedMinor: 0n, failureCode: null });
  await driver.passDays(driver.settlement.days);
  return driver.provider.retrieveIntent(intent.id);
}

/** What a charge must look like right after its call. */
export const begun = ({ settlement }: ConformanceDriver) =>
  settlement === null
    ? { status: 'succeeded', capturedMinor: AMOUNT }
    : { status: 'processing', capturedMinor: 0n };

/** A payment that succeeded. */
export async function paid(driver: ConformanceDriver): Promise<ProviderIntent & { attemptId: string }> {
  const { charge, key } = await newCharge(driver);
  const intent = await ended(driver, await driver.provider.chargeOffSession(charge, key));
  expect(intent).toMatchObject({ status: 'succeeded', attemptId: charge.attemptId });
  return { ...intent, attemptId: charge.attemptId };
}

/** How a call that must not give an outcome ended. */
export async function faultOf(call: Promise<unknown>): Promise<ProviderFault['kind']> {
  const ended = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(ended instanceof ProviderFault)) return expect.fail(`no fault, but ${String(ended)}`);
  return ended.kind;
}
