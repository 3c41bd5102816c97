import { BillhookConnectionError, BillhookError } from '@billhook/sdk/error';

/** What the command tells the shell. A script may rely on these. */
export const EXIT = { done: 0, failed: 1, usage: 2, notAllowed: 3, notFound: 4 } as const;

/** The command was used in a way that cannot work; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeFor(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof BillhookError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.notAllowed;
  return error.status === 404 ? EXIT.notFound : EXIT.failed;
}

/** One sentence for people, and every fault on a line of its own. */
export function explain(error: unknown): string {
  if (error instanceof BillhookError) {
    const faults = error.faults.map((fault) => `  ${fault.pointer} ${fault.detail}`);
    const said =
      error.status === 401
        ? 'This key is not known. Give another with --api-key or BILLHOOK_API_KEY.'
        : error.detail || `${error.problem.title}.`;
    return [`${said} (${error.code})`, ...faults].join('\n');
  }
  if (error instanceof BillhookConnectionError)
    return `${error.message} Is the server running? Name it with --url.`;
  return error instanceof Error ? error.message : String(error);
}
