import { setTimeout as delay } from 'node:timers/promises';
import type { EventView } from '../control/types.ts';
import type { ControlClient } from '../control-client.ts';
import { parseFaults, typed } from './faults.ts';
import { accountOf, CommandError, payPalAccountOf } from './reach.ts';
import { type StandIn, standInOf } from './stand-in.ts';
import { runTexts } from './texts.ts';

/** What a command works with. */
export interface Command {
  readonly control: ControlClient;
  /** Words after the command's name. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly print: (line: string) => void;
  /** Ends commands that go on until they are told to stop. */
  readonly signal: AbortSignal;
}

const POLL_MS = 300;

const text = ({ options }: Command, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};

const account = (command: Command) => accountOf(command.control, text(command, 'key'));

const payPalAccount = (command: Command) =>
  payPalAccountOf(command.control, text(command, 'client-id'), text(command, 'client-secret'));

async function trigger(command: Command): Promise<void> {
  const { control, words, print } = command;
  const [event] = words;
  if (event === undefined) {
    for (const type of [...(await control.triggers()), ...(await control.payPal.triggers())]) print(type);
    return;
  }
  const amount = text(command, 'amount');
  const currency = text(command, 'currency');
  const customer = text(command, 'customer');
  const options = {
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...(currency === undefined ? {} : { currency }),
    ...(customer === undefined ? {} : { customer }),
  };
  const triggered = (await control.payPal.triggers()).includes(event)
    ? await control.payPal.trigger(await payPalAccount(command), event, options)
    : await control.trigger(await account(command), event, options);
  for (const type of triggered.before) print(`  ${type}`);
  print(`${triggered.type}  ${triggered.id}`);
}

/** The account that a command is about, of whichever stand-in. */
const standIn = (command: Command): Promise<StandIn> =>
  standInOf(command.control, (name) => text(command, name), command.options.paypal === true);

async function faults(command: Command): Promise<void> {
  const { words, print } = command;
  const about = await standIn(command);
  const [verb] = words;
  if (verb === 'clear') await about.setFaults({});
  else if (words.length > 0) {
    const now = (await about.view()).faults;
    await about.setFaults({ ...now, ...parseFaults(words) });
  }
  const { faults: shown } = await about.view();
  for (const [name, value] of Object.entries(shown)) print(`${typed(name)}=${value}`);
}

/** Freezes the clock at an instant, moves it by days, or lets it follow real time. */
async function clock(command: Command): Promise<void> {
  const { words, print } = command;
  const about = await standIn(command);
  const [to] = words;
  if (to !== undefined) await about.setClock(instantOf(to, (await about.view()).nowMs));
  const { nowMs, frozenAtMs } = await about.view();
  print(`${new Date(nowMs).toISOString()}${frozenAtMs === null ? '  follows real time' : '  frozen'}`);
}

function instantOf(word: string, nowMs: number): number | null {
  if (word === 'real') return null;
  const days = /^\+(\d{1,5})d$/.exec(word)?.[1];
  const at = days === undefined ? Date.parse(word) : nowMs + Number(days) * 86_400_000;
  if (Number.isNaN(at)) throw new CommandError('Give an instant (2026-03-01T00:00:00Z), +30d or real.');
  return at;
}

async function accounts({ control, print }: Command): Promise<void> {
  for (const { id, sellerName, webhookUrl, pendingWebhooks } of await control.accounts()) {
    print(`${id}  ${sellerName}  ${webhookUrl ?? 'no webhooks'}  ${pendingWebhooks} waiting`);
  }
  for (const { clientId, sellerName, webhookUrl, pendingWebhooks } of await control.payPal.accounts()) {
    print(`PayPal ${clientId}  ${sellerName}  ${webhookUrl ?? 'no webhooks'}  ${pendingWebhooks} waiting`);
  }
}

const line = ({ id, type, created, isDelivered }: EventView): string =>
  `${new Date(created * 1000).toISOString()}  ${type}  ${id}${isDelivered ? '' : '  waiting'}`;

async function log(command: Command): Promise<void> {
  const about = await standIn(command);
  const seen = await about.events();
  for (const event of seen) command.print(line(event));
  if (command.options.follow === true) await follow(command, about, seen.at(-1)?.id);
}

/** Sends every event to an address, and shows it, until it is stopped. */
async function listen(command: Command): Promise<void> {
  const url = text(command, 'forward-to');
  if (url === undefined) throw new CommandError('Say where to: --forward-to http://localhost:4000/hooks/...');
  const about = await standIn(command);
  command.print(`Events go to ${url}, ${await about.sendTo(url)}. Stop with Ctrl+C.`);
  await follow(command, about, (await about.events()).at(-1)?.id);
}

async function texts({ control, words, options, print }: Command): Promise<void> {
  const to = options['forward-to'];
  for (const shown of await runTexts(control, words, typeof to === 'string' ? to : undefined)) print(shown);
}

async function follow({ print, signal }: Command, about: StandIn, from?: string): Promise<void> {
  let last = from;
  while (!signal.aborted) {
    for (const event of await about.events(last)) {
      print(line(event));
      last = event.id;
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Every command beside the start of the sandbox itself. */
export const COMMANDS: Readonly<Record<string, (command: Command) => Promise<void>>> = {
  trigger,
  faults,
  clock,
  accounts,
  log,
  listen,
  texts,
};
