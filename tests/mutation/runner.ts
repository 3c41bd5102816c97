import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { type CollectedTest, takeCollected } from './collect.ts';

/**
 * Runs the tests of core in the process that changes it, without a worker for each change: what core computes is pure, so
 * that a change costs the time of its tests alone. Three things keep that honest. A change counts as noticed only if
 * the test that noticed it passes again without the change; where it does not, the change left something behind, and a
 * new process decides. Rules that keep what they decoded (time zones) are loaded anew for every change. And a property
 * draws the same values in every run.
 */
const folder = process.env.BILLHOOK_MUTATED ?? '';

/** How often a property draws: a draw of a price costs microseconds, one of a life with all its invoices milliseconds. */
const DRAWS = folder === 'invoicing' ? 24 : 300;
const KEEPS_STATE = folder === 'time';

/** Where the first run leaves the order of the tests for the processes that come after it, in the copy that is changed. */
const QUICK_FIRST = 'quick-first.json';

/** Hundreds of bills for a bound that a shorter test of the same name guards as well: whatever no test notices would pay for them. */
const LEFT_OUT = 'I10 changes on purpose trip no bound of a day, a loop of them does';

interface Namespace {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: CompleteDryRunResult['mutantCoverage'];
}

class CoreRunner implements TestRunner {
  readonly #changes: Namespace;
  #tests = new Map<string, CollectedTest>();
  #order: readonly string[] | undefined;
  #isFresh = true;
  #isSpoilt = false;
  #isStale = false;
  #loads = 0;

  constructor() {
    const shared = globalThis as unknown as Record<string, Namespace | undefined>;
    this.#changes = shared[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    fc.configureGlobal({ seed: 20_261_121, numRuns: 30, endOnFailure: true });
    useCopy(pathToFileURL(`${process.cwd()}/`).href, () => this.#loads);
    await this.#load();
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const { id, run } of this.#tests.values()) {
      this.#changes.currentTestId = id;
      const startMs = performance.now();
      const failure = await failureOf(run);
      const about = { id, name: id, timeSpentMs: performance.now() - startMs };
      tests.push(
        failure === null
          ? { ...about, status: TestStatus.Success }
          : { ...about, status: TestStatus.Failed, failureMessage: failure },
      );
    }
    this.#changes.currentTestId = undefined;
    const quickFirst = tests.toSorted((a, b) => a.timeSpentMs - b.timeSpentMs).map(({ id }) => id);
    writeFileSync(QUICK_FIRST, JSON.stringify(quickFirst));
    const { mutantCoverage } = this.#changes;
    return {
      status: DryRunStatus.Complete,
      tests,
      ...(mutantCoverage === undefined ? {} : { mutantCoverage }),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    // A refused run is tried again in a new process.
    if (this.#isSpoilt) throw new Error('A change before this one left something behind.');
    const wasFresh = this.#isFresh;
    this.#isFresh = false;
    const changes = this.#changes;
    // What a test file computes as it is loaded is computed with the change too.
    const isStatic = options.mutantActivation === 'static';
    if (isStatic) changes.activeMutant = options.activeMutant.id;
    const fault = isStatic || this.#isStale || KEEPS_STATE ? await failureOf(() => this.#load()) : null;
    changes.activeMutant = undefined;
    this.#isStale = isStatic;
    if (fault !== null) return { status: MutantRunStatus.Error, errorMessage: fault };
    let nrOfTests = 0;
    const wanted = new Set(options.testFilter ?? this.#tests.keys());
    for (const id of this.#quickFirst()) {
      if (!wanted.has(id)) continue;
      const { run } = this.#tests.get(id) as CollectedTest;
      nrOfTests += 1;
      changes.hitCount = 0;
      changes.hitLimit = options.hitLimit;
      changes.activeMutant = options.activeMutant.id;
      const failure = await failureOf(run);
      changes.activeMutant = undefined;
      const timeout = determineHitLimitReached(changes.hitCount, options.hitLimit);
      if (failure === null && timeout === undefined) continue;
      if (isStatic || KEEPS_STATE) await this.#load();
      this.#isStale = false;
      const again = await failureOf((this.#tests.get(id) as CollectedTest).run);
      if (again !== null) {
        this.#isSpoilt = true;
        if (!wasFresh) throw new Error('A change before this one may have left something behind.');
      }
      return timeout !== undefined
        ? { status: MutantRunStatus.Timeout, reason: String(timeout.reason) }
        : { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: failure ?? '', nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  /** Most changes are noticed by a test of a millisecond: the long stories are told only to what is left. */
  #quickFirst(): readonly string[] {
    this.#order ??= JSON.parse(readFileSync(QUICK_FIRST, 'utf8')) as readonly string[];
    return this.#order;
  }

  async #load(): Promise<void> {
    this.#loads += 1;
    const suite = path.join(process.cwd(), 'tests/mutation/suites', `${folder}.suite.ts`);
    await import(pathToFileURL(suite).href);
    const kept = takeCollected().filter(({ id }) => !id.endsWith(LEFT_OUT));
    this.#tests = new Map(kept.map((one) => [one.id, one]));
  }
}

/** Null if the test passes. */
async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Loads the sources of the copy that is changed: its own `@billhook/core`, its tests with few draws, all of it once a load. */
function useCopy(copy: string, load: () => number): void {
  const sources = new Map<string, string>();
  registerHooks({
    resolve: (specifier, context, next) => {
      const isSuite = specifier.startsWith(copy);
      if (!isSuite && !context.parentURL?.startsWith(copy)) return next(specifier, context);
      if (specifier === 'vitest') return next(new URL('collect.ts', import.meta.url).href, context);
      const own = specifier.replace(/^@billhook\/core\/(.*)$/, `${copy}packages/core/src/$1.ts`);
      const found = next(own, context);
      if (!found.url.startsWith(copy) || !found.url.endsWith('.ts')) return found;
      return { ...found, url: `${found.url}?load=${load()}` };
    },
    load: (url, context, next) => {
      const [file = ''] = url.split('?');
      if (!file.startsWith(copy) || !file.endsWith('.ts')) return next(url, context);
      const source = sources.get(file) ?? plainSource(fileURLToPath(file));
      sources.set(file, source);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

function plainSource(file: string): string {
  const source = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  if (!file.endsWith('.test.ts')) return source;
  return source.replace(/\bnumRuns: (\w+)/g, `numRuns: Math.min($1, ${DRAWS})`);
}

function coreRunner(): TestRunner {
  return new CoreRunner();
}
coreRunner.inject = [] as const;

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'core', coreRunner)];
