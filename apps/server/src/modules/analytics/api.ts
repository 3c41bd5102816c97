export { presentEvent } from './present.ts';
export { movementsBetween, mrrAt } from './recurring.ts';
export { feed, hasBusiness, receivables } from './repo.ts';
