import type { Config } from '../platform/config.ts';
import { StartError } from '../platform/start-error.ts';
import type { OwnerWords } from './owner-note.ts';

export const USAGE = `Billhook runs a subscription business.

  npm start                     starts it, with demo businesses
  npm start -- --no-demo        starts it empty
  npm start -- --migrate-only   brings the database up to date and ends

The settings of .env.example are read from the environment and from a file .env beside it.
PORT=4001 npm start listens on another port.`;

/** @throws StartError with one sentence that says what to do */
export function explainListenError(error: unknown, config: Config): never {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    throw new StartError(
      `Port ${config.port} is in use. Stop what listens there or set PORT to another one.`,
    );
  }
  if (code === 'EACCES') {
    throw new StartError(`Port ${config.port} may not be used by this account. Set PORT to one above 1023.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new StartError(
      `This machine has no address ${config.host}. Set HOST to one that it has, such as 127.0.0.1.`,
    );
  }
  throw error;
}

/** What a person needs after the start. */
export function showAddresses(config: Config, origin: string, owner: OwnerWords | undefined): string {
  const lines = [
    '',
    `  Billhook is ready at ${origin}`,
    '',
    `  Admin    ${origin}/admin`,
    `  API      ${origin}/v1, described in ${origin}/openapi.json`,
  ];
  if (owner?.password !== undefined) {
    lines.push('', `  Owner    ${owner.email}`, `  Password ${owner.password}`);
    lines.push('', `  Kept in ${config.dataFolder}/owner.txt, and an API key in quickstart.json beside it.`);
  } else if (owner !== undefined) {
    lines.push('', `  Owner    ${owner.email}, whose first password is in ${config.dataFolder}/owner.txt`);
  }
  return `${lines.join('\n')}\n`;
}
