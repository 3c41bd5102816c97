/** Something the person at the terminal can act on: the message is one plain sentence. */
export class PlainError extends Error {}

/** Turns the usual troubles of a disk into one sentence; gives anything else back as it is. */
export function explain(error, folder) {
  const code = error?.code;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new PlainError(
      `${folder} cannot be written by this account: run this as the account that owns the clone.`,
    );
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlainError(`The disk that holds ${folder} is full: free about 1 GB and run this again.`);
  }
  return error;
}
