import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FirstStart } from '../modules/identity/api.ts';
import { writePrivateFile } from '../platform/data-folder.ts';

/** What the start says of the owner; the password until a start has shown it. */
export type OwnerWords = { email: string; password: string | undefined };

type Quickstart = { baseUrl: string; apiKey: string; tenant: string; ownerShown?: boolean };

/** Keeps the owner's password and a key for the person at this machine, before anybody was shown them. */
export function keepFirst(dataFolder: string, baseUrl: string, first: FirstStart): void {
  writePrivateFile(dataFolder, 'owner.txt', `${first.email}\n${first.password}\n`);
  writeQuickstart(dataFolder, { baseUrl, apiKey: first.apiKey, tenant: first.tenant, ownerShown: false });
}

/**
 * Writes down where the server answers now, and says who the owner is. The password is given until one start came as
 * far as this: a first start that failed after the owner was made has shown it to nobody.
 *
 * @returns undefined where the data folder knows no owner, as on a second machine with the same database
 */
export function noteReady(dataFolder: string, baseUrl: string): OwnerWords | undefined {
  const quickstart = readQuickstart(dataFolder);
  if (quickstart !== undefined && (quickstart.baseUrl !== baseUrl || quickstart.ownerShown !== true))
    writeQuickstart(dataFolder, { ...quickstart, baseUrl, ownerShown: true });
  const [email, password] = readOwner(dataFolder);
  if (!email) return undefined;
  return { email, password: quickstart?.ownerShown === false ? password : undefined };
}

function readOwner(dataFolder: string): string[] {
  try {
    return readFileSync(path.join(dataFolder, 'owner.txt'), 'utf8').split('\n');
  } catch {
    // The file may be removed once the password was changed.
    return [];
  }
}

function readQuickstart(dataFolder: string): Quickstart | undefined {
  try {
    return JSON.parse(readFileSync(path.join(dataFolder, 'quickstart.json'), 'utf8')) as Quickstart;
  } catch {
    return undefined;
  }
}

function writeQuickstart(dataFolder: string, quickstart: Quickstart): void {
  writePrivateFile(dataFolder, 'quickstart.json', `${JSON.stringify(quickstart, null, 2)}\n`);
}
