import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ControlClient, controlClient } from '../control-client.ts';

/** Files in the sandbox's folder that say how a running one is reached. */
export const TOKEN_FILE = 'control-token';
export const ADDRESS_FILE = 'control-address';

/** A mistake of whoever typed the command; only its message is shown. */
export class CommandError extends Error {}

/** Connects to the sandbox whose folder it is. */
export async function reach(folder: string, url: string | undefined): Promise<ControlClient> {
  try {
    const token = (await readFile(join(folder, TOKEN_FILE), 'utf8')).trim();
    const address = url ?? (await readFile(join(folder, ADDRESS_FILE), 'utf8')).trim();
    return controlClient(address, token);
  } catch {
    throw new CommandError(
      `No sandbox runs on ${folder}. Start one with: billhook-sandbox --folder ${folder}`,
    );
  }
}

/** The account of a key, made if it is new; without a key the only one that is there, or one of its own. */
export async function accountOf(control: ControlClient, key: string | undefined): Promise<string> {
  if (key !== undefined) return (await control.putAccount({ key })).id;
  const accounts = await control.accounts();
  const [first] = accounts;
  if (accounts.length > 1) {
    throw new CommandError('There are several accounts; name one by its key: --key sk_test_...');
  }
  return first?.id ?? (await control.putAccount({ key: DEFAULT_KEY })).id;
}

/** The account of PayPal's stand-in with that client id, made if its secret is told; without one as for Stripe. */
export async function payPalAccountOf(
  control: ControlClient,
  clientId: string | undefined,
  secret: string | undefined,
): Promise<string> {
  if (clientId !== undefined && secret !== undefined)
    return (await control.payPal.putAccount({ clientId, secret })).id;
  const accounts = await control.payPal.accounts();
  if (clientId !== undefined) {
    const known = accounts.find((one) => one.clientId === clientId);
    if (known !== undefined) return known.id;
    throw new CommandError(`There is no account ${clientId}; give its --client-secret, too, to make it.`);
  }
  const [first] = accounts;
  if (accounts.length > 1)
    throw new CommandError("There are several accounts; name one by PayPal's --client-id.");
  return first?.id ?? (await control.payPal.putAccount(DEFAULT_CLIENT)).id;
}

/** The account of PayPal's stand-in that commands use where there is none. */
const DEFAULT_CLIENT = { clientId: 'sandbox-client', secret: 'sandbox-secret' };

/** The key of the account that commands use where there is none. */
export const DEFAULT_KEY = 'sk_test_sandbox';
