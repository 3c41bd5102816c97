import { readFileSync } from 'node:fs';
import { billingPeriods } from './billing-periods.ts';
import { credits } from './credits.ts';
import { invoices } from './invoices.ts';
import { POLICIES_NOT_TAKEN } from './not-taken.ts';
import type { Adapter, CaseOutcome, CaseRecord } from './outcome.ts';
import { pricingModels } from './pricing-models.ts';
import { proration } from './proration.ts';

/** One adapter for each schema that a file of cases may have. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  'billing-periods': billingPeriods,
  credits,
  invoices,
  'pricing-models': pricingModels,
  proration,
};

export interface CaseReport extends CaseOutcome {
  readonly id: string;
  /** The policies of the case that were decided against, as `key:code`. */
  readonly notTaken: readonly string[];
}

export interface FileReport {
  readonly file: string;
  readonly schema: string;
  readonly cases: readonly CaseReport[];
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
  /** Cases that count against the engine: failed ones, and unsupported ones that no decision covers. */
  readonly counted: number;
}

/**
 * Runs every case of one file.
 *
 * @throws Error in one sentence if the file cannot be read or is not a file of cases
 */
export function runFile(file: string): FileReport {
  const { schema, entries } = readCases(file);
  const adapter = ADAPTERS[schema];
  if (adapter === undefined) {
    throw new Error(`${file}: there is no adapter for the schema "${schema}".`);
  }
  const cases = entries.map((entry) => reportOf(entry, adapter));
  const count = (status: CaseOutcome['status']) => cases.filter((entry) => entry.status === status).length;
  return {
    file,
    schema,
    cases,
    passed: count('passed'),
    failed: count('failed'),
    unsupported: count('unsupported'),
    counted: cases.filter(countsAgainst).length,
  };
}

function reportOf(entry: CaseRecord, adapter: Adapter): CaseReport {
  const policies = entry.policy ?? {};
  const notTaken = Object.entries(policies)
    .map(([key, code]) => `${key}:${code}`)
    .filter((name) => POLICIES_NOT_TAKEN.includes(name));
  return { id: entry.id, notTaken, ...outcomeOf(entry, policies, adapter) };
}

/** A case that makes the engine throw is a failed case, and the rest of the file still runs. */
function outcomeOf(entry: CaseRecord, policies: Record<string, string>, adapter: Adapter): CaseOutcome {
  try {
    return adapter(entry, policies);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 'failed', expected: JSON.stringify(entry['expected']), seen: 'an error', why };
  }
}

function countsAgainst(entry: CaseReport): boolean {
  if (entry.status === 'passed') return false;
  return entry.status === 'failed' || entry.notTaken.length === 0;
}

function readCases(file: string): { schema: string; entries: readonly CaseRecord[] } {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isObject(document)) throw new Error(`${file}: a file of cases is a JSON object.`);
  const { schema, schema_version: version, cases } = document;
  if (typeof schema !== 'string') throw new Error(`${file}: "schema" names the kind of cases.`);
  if (version !== 1) throw new Error(`${file}: only schema_version 1 is known.`);
  if (!Array.isArray(cases)) throw new Error(`${file}: "cases" is a list.`);
  const seen = new Set<string>();
  for (const [index, entry] of cases.entries()) {
    if (!isCase(entry))
      throw new Error(`${file}: case ${index} needs a text "id" and, if any, a map of texts "policy".`);
    if (seen.has(entry.id)) throw new Error(`${file}: the id ${entry.id} is used twice.`);
    seen.add(entry.id);
  }
  return { schema, entries: cases };
}

function isCase(entry: unknown): entry is CaseRecord {
  if (!isObject(entry) || typeof entry['id'] !== 'string') return false;
  const { policy } = entry;
  return (
    policy === undefined ||
    (isObject(policy) && Object.values(policy).every((code) => typeof code === 'string'))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
