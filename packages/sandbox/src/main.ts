import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from './start.ts';

const HELP = `Usage: billhook-sandbox [--folder DIR] [--port N] [--smtp-port N] [--host ADDRESS] [--public-url URL]

Stand-ins for Stripe and for a mail server. State lives in DIR (.billhook-sandbox unless given).
The control token lies in DIR/control-token; it is made at the first start.`;

async function controlToken(folder: string): Promise<string> {
  const path = join(folder, 'control-token');
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.billhook-sandbox' },
      port: { type: 'string' },
      'smtp-port': { type: 'string' },
      host: { type: 'string' },
      'public-url': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const sandbox = await startSandbox({
    folder: values.folder,
    stripePort: port(values.port, 4010),
    smtpPort: port(values['smtp-port'], 4025),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values['public-url'] === undefined ? {} : { publicUrl: values['public-url'] }),
    controlToken: await controlToken(values.folder),
    wallNow: () => Date.now(),
    randomBytes,
    log: {
      info: (message, fields) => console.log(message, fields ?? ''),
      warn: (message, fields) => console.error(message, fields ?? ''),
    },
  });
  console.log(`Stripe API and hosted pages  ${sandbox.stripeUrl}`);
  console.log(`Mail server                  ${sandbox.smtpUrl}`);
  console.log(`Control API                  ${sandbox.controlUrl}/_sandbox`);
  const stop = () => void sandbox.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exit(1);
});
