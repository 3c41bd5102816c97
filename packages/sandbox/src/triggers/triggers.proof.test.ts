import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_KEY, type TestSandbox, testSandbox } from '../testing/sandbox.ts';
import { TRIGGERS } from './table.ts';

let sandbox: TestSandbox;
let account: string;

beforeAll(async () => {
  sandbox = await testSandbox();
  account = (await sandbox.control.putAccount({ key: TEST_KEY })).id;
});
afterAll(() => sandbox.dispose());

it('every trigger brings its event about, which the API then shows', async () => {
  for (const type of Object.keys(TRIGGERS)) {
    const triggered = await sandbox.control.trigger(account, type).catch((cause: Error) => cause.message);
    if (typeof triggered === 'string') expect.fail(`${type}: ${triggered}`);
    expect((await sandbox.stripe.events.retrieve(triggered.id)).type).toBe(type);
  }
  expect(await sandbox.control.triggers()).toEqual(Object.keys(TRIGGERS).sort());
});
