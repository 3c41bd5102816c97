import { tryPayPalMutations } from '../../apps/server/src/testing/paypal-mutations.ts';
import { tryMutations } from './mutate.ts';

/** Tries a million changed messages on the verifier of each provider. Exit code 1 if one is taken. */
const startedMs = performance.now();
const { signed, tried, passed } = tryMutations(1_000_000, 2);
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(
  `${tried.toLocaleString('en')} changed signatures of Stripe tried, ${passed.length} taken, in ${seconds} s`,
);
for (const text of passed.slice(0, 5)) console.log(`  ${text}`);
if (passed.length > 0 || signed < tried) process.exitCode = 1;

const payPalMs = performance.now();
const payPal = await tryPayPalMutations(1_000_000, 3);
console.log(
  `${payPal.tried.toLocaleString('en')} changed signatures of PayPal tried, ${payPal.taken} taken, in ${((performance.now() - payPalMs) / 1000).toFixed(1)} s`,
);
if (payPal.taken > 0 || !payPal.isSignedTaken || payPal.hosts.length !== 1) process.exitCode = 1;
