import { tryMutations } from './mutate.ts';

/** Tries a million changed messages on the verifier. Exit code 1 if one is taken. */
const startedMs = performance.now();
const { signed, tried, passed } = tryMutations(1_000_000, 2);
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(
  `${tried.toLocaleString('en')} changed signatures tried, ${passed.length} taken, in ${seconds} s`,
);
for (const text of passed.slice(0, 5)) console.log(`  ${text}`);
if (passed.length > 0 || signed < tried) process.exitCode = 1;
