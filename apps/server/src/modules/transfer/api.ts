export type { RowMaker, Verdict } from './imports/jobs.ts';
export { noteImported, subscriptionImportedAs } from './imports/repo.ts';
