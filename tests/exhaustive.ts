/** The whole grid of periods against Temporal, then a million changed signatures against the verifier of each provider. */
await import('./periods/main.ts');
const periodsCode = process.exitCode;
await import('./signatures/main.ts');
if (periodsCode === 1) process.exitCode = 1;
