export {
  accountFor,
  addAccount,
  type BankAccount,
  changeAccount,
  getAccount,
  listAccounts,
} from './accounts.ts';
export {
  type BankLine,
  decideLine,
  exactLines,
  getLine,
  knownAccounts,
  listLines,
  lockLine,
  openLineIds,
  type Proposal,
  proposalOf,
  propose,
  returnedLine,
  waitingLines,
} from './lines.ts';
export { presentAccount, presentStatement } from './present.ts';
export {
  findReceived,
  insertReceived,
  markReversed,
  payersOf,
  type ReceivedKind,
  standingPayments,
} from './received.ts';
export { getStatement, listStatements, type StoredStatement, storeStatement } from './statements.ts';
