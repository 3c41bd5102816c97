import type { Log } from '../platform/log.ts';

export type Lifecycle = {
  /** Adds something to be stopped; the last one added is stopped first. */
  onStop(name: string, stop: () => Promise<void>): void;
  /** Stops what was started so far, after a start that failed. */
  undo(): Promise<void>;
  /** True once a stop was asked for: what fails from then on fails because of it. */
  isStopping(): boolean;
  /** Something the server cannot go on without has ended. */
  fail(sentence: string): void;
};

const PARENT_CHECK_MS = 1_000;
const PATIENCE_MS = 15_000;

/**
 * Ends the process cleanly on SIGINT and SIGTERM, and when the process that started it is gone: requests and work
 * under way are finished, then the database is stopped. Further signals change nothing; a stop that hangs is cut off.
 */
export function createLifecycle(deps: { log: Log; exit(code: number): void }): Lifecycle {
  const steps: { name: string; stop: () => Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;
  let atWork = '';

  async function stopAll(): Promise<void> {
    for (const { name, stop } of steps.splice(0).reverse()) {
      atWork = name;
      try {
        await stop();
      } catch (error) {
        deps.log.error(
          { process: name, reason: error instanceof Error ? error.message : String(error) },
          'a part did not stop cleanly',
        );
      }
    }
  }

  function stopWith(code: number): void {
    if (stopping !== undefined) return;
    setTimeout(() => {
      deps.log.error({ process: atWork }, 'a part did not stop in time and was cut off');
      deps.exit(1);
    }, PATIENCE_MS).unref();
    stopping = stopAll();
    void stopping.then(() => {
      if (code === 0) process.stdout.write('Stopped.\n');
      deps.exit(code);
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopWith(0));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopWith(0);
  }, PARENT_CHECK_MS).unref();
  return {
    onStop: (name, stop) => void steps.push({ name, stop }),
    undo: stopAll,
    isStopping: () => stopping !== undefined,
    fail(sentence) {
      if (stopping !== undefined) return;
      process.stderr.write(`${sentence}\n`);
      stopWith(1);
    },
  };
}
