import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADDRESS_FILE, TOKEN_FILE } from './program/reach.ts';

const HELP = `Usage: billhook-sandbox [COMMAND] [OPTIONS]

Stand-ins for Stripe, PayPal, Twilio, VIES, Peppol and a mail server. Nothing here moves money or sends mail on.

  start                     runs the sandbox (what happens without a command)
      --port N              of Stripe's API and the hosted pages (4010)
      --smtp-port N         of the mail server (4025)
      --host ADDRESS        to listen at (127.0.0.1)
      --public-url URL      how browsers reach it
  trigger [EVENT]           brings an event about, such as payment_intent.succeeded or
                            PAYMENT.CAPTURE.COMPLETED of PayPal's; lists all events without one
      --amount N --currency eur --customer ID
  faults [NAME=VALUE ...]   shows or switches faults, such as timeouts-after=3; "faults clear" ends all
  clock [INSTANT|+30d|real] shows or moves the account's clock; what falls due on the way happens
  listen --forward-to URL   sends every event to an address and shows it
      --secret whsec_...    that signs them; --webhook-id ID of those of PayPal's
  log [--follow]            shows the events of an account
  accounts                  shows all accounts
  texts [NUMBER]            shows the texts that were sent
      tell NUMBER STATUS [ERROR]          tells a state of the last one again, or late
      answer NUMBER WORDS --forward-to URL   has the number answer it

Of all:
      --folder DIR          where the state lies (.billhook-sandbox)
      --key sk_test_...     whose account at Stripe it is about
      --client-id ID --client-secret SECRET   whose account at PayPal it is about instead;
                            --paypal where there is only one
      --url URL             of a sandbox elsewhere; its token is taken from the folder`;

const OPTIONS = {
  folder: { type: 'string', default: '.billhook-sandbox' },
  port: { type: 'string' },
  'smtp-port': { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  amount: { type: 'string' },
  currency: { type: 'string' },
  customer: { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  'forward-to': { type: 'string' },
  secret: { type: 'string' },
  'webhook-id': { type: 'string' },
  paypal: { type: 'boolean' },
  follow: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function controlToken(folder: string): Promise<string> {
  const path = join(folder, TOKEN_FILE);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    const token = randomBytes(24).toString('base64url');
    await writeFile(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  }
}

function port(text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new Error(`${text} is no port; give a number from 0 to 65535.`);
}

const read = () => parseArgs({ options: OPTIONS, allowPositionals: true });
type Values = ReturnType<typeof read>['values'];

async function start(values: Values): Promise<void> {
  const { startSandbox } = await import('./start.ts');
  const { folder } = values;
  const sandbox = await startSandbox({
    folder,
    stripePort: port(values.port, 4010),
    smtpPort: port(values['smtp-port'], 4025),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
    controlToken: await controlToken(folder),
    wallNow: () => Date.now(),
    randomBytes,
    log: {
      info: (message, fields) => console.log(message, fields ?? ''),
      warn: (message, fields) => console.error(message, fields ?? ''),
    },
  });
  await writeFile(join(folder, ADDRESS_FILE), `${sandbox.controlUrl}\n`);
  console.log(`Stripe API and hosted pages  ${sandbox.stripeUrl}`);
  console.log(`Mail server                  ${sandbox.smtpUrl}`);
  console.log(`Control API                  ${sandbox.controlUrl}/_sandbox`);
  const stop = async () => {
    await rm(join(folder, ADDRESS_FILE), { force: true });
    await sandbox.stop();
    process.exit(0);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
}

async function main(): Promise<void> {
  const { values, positionals } = read();
  const [name = 'start', ...words] = positionals;
  if (values.help || name === 'help') {
    console.log(HELP);
    return;
  }
  if (name === 'start') return start(values);
  const { COMMANDS } = await import('./program/commands.ts');
  const { reach } = await import('./program/reach.ts');
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new Error(`There is no command ${name}. Try: billhook-sandbox --help`);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  await command({
    control: await reach(values.folder, values.url),
    words,
    options: values,
    print: (line) => console.log(line),
    signal: interrupted.signal,
  });
}

main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exit(1);
});
