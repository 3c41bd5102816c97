import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RouteOutput } from '@billhook/contract/define-route';
import type { OperatorRoutes } from '@billhook/contract/routes';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import { type Handlers, open } from '../http/handlers.ts';
import type { Log } from '../platform/log.ts';
import type { Teller } from './start-teller.ts';

export type DemoStatus = RouteOutput<OperatorRoutes['getDemoStatus']>;

export type Demo = {
  status(): DemoStatus;
  /** Ends the telling; the next start tells anew what did not reach its end. */
  stop(): void;
  /** Resolves when the child processes have ended. */
  finished: Promise<void>;
};

type TenantStatus = DemoStatus['tenants'][number];

type Line = { slug: string; name: string; percent?: number; step?: string; now?: string; fault?: string };
/** There is a story to tell, and the program waits for the address that its calls shall go to. */
type Question = { ask: 'address' };

const PROGRAM = fileURLToPath(new URL('../../../demo/src/main.ts', import.meta.url));

/** The demo that was not asked for. */
export const noDemo: Demo = {
  status: () => ({
    object: 'demo_status',
    state: 'off',
    percent: 0,
    fault: null,
    started_at: null,
    finished_at: null,
    tenants: [],
  }),
  stop() {},
  finished: Promise.resolve(),
};

/**
 * Tells the demo stories in a process of their own, which knows only the public API and the owner's sign-in, to a second
 * server. The memory of both is gone when they end; this server goes on serving meanwhile.
 */
export function runDemo(options: {
  baseUrl: string;
  ownerFile: string;
  /** Keeps which stories were told to their end. */
  storyFile: string;
  log: Log;
  wallClock: () => Instant;
  /** Starts the server that the stories are told to; undefined tells them to this one. */
  openTeller?(): Promise<Pick<Teller, 'address' | 'end'> | undefined>;
  onChange?: (status: DemoStatus) => void;
}): Demo {
  const tenants = new Map<string, TenantStatus>();
  const startedAt = formatInstant(options.wallClock());
  let finishedAt: string | null = null;
  let fault: string | null = null;
  const child = spawn(process.execPath, [PROGRAM, options.baseUrl, options.ownerFile, options.storyFile], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that was ended reads no answer; that it ended is noticed otherwise.
  child.stdin.on('error', () => undefined);
  let teller: ReturnType<NonNullable<typeof options.openTeller>> | undefined;
  let complaint = '';
  let isStopped = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const status = (): DemoStatus => summarise([...tenants.values()], { startedAt, finishedAt, fault });
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line | Question;
    if (isStopped) return;
    if ('ask' in line) {
      teller = options.openTeller?.() ?? Promise.resolve(undefined);
      void teller.then((opened) => child.stdin.write(`${opened?.address ?? options.baseUrl}\n`));
      return;
    }
    if (line.fault !== undefined) {
      options.log.error({ process: 'demo', objectId: line.slug, reason: line.fault }, 'a demo story stopped');
    }
    tenants.set(line.slug, tenantStatus(line, tenants.get(line.slug), options.baseUrl));
    options.onChange?.(status());
  });
  const finished = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      complaint = error.message;
    });
    const end = async (code: number | null, signal: NodeJS.Signals | null) => {
      await (await teller)?.end(isStopped ? 'stop' : 'finish');
      finishedAt = formatInstant(options.wallClock());
      // Ctrl-C reaches this process and the child at once; a child that was told to end has nothing to complain of.
      const isAskedFor = isStopped || signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP';
      if (code !== 0) fault = 'A story could not be told to its end. The next start tells it anew.';
      if (code !== 0 && !isAskedFor) {
        options.log.error(
          { process: 'demo', reason: complaint.trim().split('\n').at(-1) || `it ended with code ${code}` },
          'the demo stopped',
        );
      }
      options.onChange?.(status());
      resolve();
    };
    child.once('close', (code, signal) => void end(code, signal));
  });
  const stop = () => {
    isStopped = true;
    child.kill('SIGTERM');
  };
  return { status, stop, finished };
}

function tenantStatus(line: Line, before: TenantStatus | undefined, baseUrl: string): TenantStatus {
  const percent = line.percent ?? before?.percent ?? 0;
  return {
    slug: line.slug,
    name: line.name,
    percent,
    step: line.step ?? before?.step ?? '',
    now: line.now ?? before?.now ?? null,
    state: line.fault !== undefined ? 'failed' : percent >= 100 ? 'ready' : 'seeding',
    portal_url: `${baseUrl}/p/${line.slug}`,
  };
}

function summarise(
  tenants: TenantStatus[],
  run: { startedAt: string; finishedAt: string | null; fault: string | null },
): DemoStatus {
  const sum = tenants.reduce((total, tenant) => total + tenant.percent, 0);
  const done = run.finishedAt !== null;
  return {
    object: 'demo_status',
    state: run.fault !== null ? 'failed' : done ? 'ready' : tenants.length === 0 ? 'waiting' : 'seeding',
    percent: tenants.length === 0 ? 0 : Math.floor(sum / tenants.length),
    fault: run.fault,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    tenants,
  };
}

export function demoRoutes(demo: () => Demo): Pick<Handlers<OperatorRoutes>, 'getDemoStatus'> {
  return { getDemoStatus: open(async () => demo().status()) };
}
