export { type RowMaker, refusedBy, type Verdict } from './imports/jobs.ts';
export { noteImported, subscriptionImportedAs } from './imports/repo.ts';
