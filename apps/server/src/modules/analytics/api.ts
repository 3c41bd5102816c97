export { presentEvent } from './present.ts';
export { mrrAt } from './recurring.ts';
export { feed, hasBusiness, receivables } from './repo.ts';
