export { presentEvent } from './present.ts';
export { presentAccounts } from './present-accounts.ts';
export { feed, hasBusiness, receivables } from './repo.ts';
