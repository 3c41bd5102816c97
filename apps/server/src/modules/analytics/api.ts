export { exportFacts } from './queries/export-facts.ts';
export { movementsBetween, mrrAt } from './recurring.ts';
export { hasBusiness } from './repo.ts';
