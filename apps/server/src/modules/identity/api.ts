export { type ApprovalRow, findApproval, listApprovals, personBehind, runOutApprovals } from './approvals.ts';
export { askApproval, closeApproved, declineApproval, openApproval } from './commands/approvals.ts';
export { requireLogo } from './commands/tenants.ts';
export { createKeyDirectory, keysStand, operatorRights, standingKeys } from './directory.ts';
export { type FirstStart, makeFirstStart } from './first-start.ts';
export { mentionsKey } from './key-token.ts';
export { movesMoney } from './queries/moves-money.ts';
export { operatorNames, staffWith } from './queries/staff.ts';
export { readSettings } from './settings.ts';
