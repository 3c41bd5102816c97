import { StartError } from '../../platform/start-error.ts';

/**
 * The database could not be started. `message` is one plain sentence that says what is wrong and what to do;
 * it holds no secret and may be printed as it is.
 */
export class EmbeddedPostgresFault extends StartError {}

/** The `code` of a system error such as `EACCES`, or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Turns an error of the file system into one sentence about `folder`. Anything else is thrown on unchanged. */
export function explainFolderError(error: unknown, folder: string): never {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    throw new EmbeddedPostgresFault(
      `The data folder ${folder} cannot be written by this account; make it writable, or name another one.`,
      { cause: error },
    );
  }
  if (code === 'ENOSPC') {
    throw new EmbeddedPostgresFault(
      `The disk that holds ${folder} is full; free some space and start again.`,
      {
        cause: error,
      },
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    throw new EmbeddedPostgresFault(
      `${folder} is not a folder; move it away, or name another data folder in BILLHOOK_DATA.`,
      {
        cause: error,
      },
    );
  }
  throw error;
}
