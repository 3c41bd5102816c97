export { createKeyDirectory, operatorRights, standingKeys } from './directory.ts';
export { type FirstStart, makeFirstStart } from './first-start.ts';
export { mentionsKey } from './key-token.ts';
