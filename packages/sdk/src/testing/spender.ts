import { createLocalEntitlements } from '../local/entitlements.ts';
import { createBillhook } from '../operator.ts';

/**
 * A process of a seller that spends a feature until it is refused, or until it is killed. Each unit that was
 * acknowledged is told to the parent afterwards.
 */
const [baseUrl = '', folder = '', customer = '', feature = '', tellEvery = '0', apiKey = '', subject = ''] =
  process.argv.slice(2);
const every = Number(tellEvery);
const client = createBillhook({ baseUrl, apiKey });
const local = createLocalEntitlements({ client, folder, waitMs: 20_000, timeoutMs: 20_000 });
await local.load(customer);
let allowed = 0;
for (;;) {
  const answer = await local.consume(customer, feature, 1, subject === '' ? {} : { subject });
  if (answer.status === 'refused') {
    if (answer.answer.state === 'fallback') continue;
    break;
  }
  allowed += 1;
  if (every > 0 && allowed % every === 0) process.stdout.write(`${allowed}\n`);
}
process.stdout.write(`${allowed}\n`);
await local.close();
