import type { CsvMapping } from '@billhook/core/banking/csv/statement-csv';
import { parseBic, parseIban } from '@billhook/core/banking/iban';
import { isCurrencyCode } from '@billhook/core/money/currency';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { type FieldFault, refuse } from '../../platform/refuse.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** An account of the seller that customers transfer money to. */
export type BankAccount = {
  id: string;
  holder: string;
  iban: string;
  bic: string | null;
  bankName: string | null;
  currency: string;
  csvMapping: CsvMapping | null;
  archivedAt: Instant | null;
  createdAt: Instant;
};

const ACCOUNT = `id, holder, iban, bic, bank_name as "bankName", currency, csv_mapping as "csvMapping",
  archived_at as "archivedAt", created_at as "createdAt"`;

export function listAccounts(ctx: QueryCtx): Promise<BankAccount[]> {
  return ctx.sql.rows<BankAccount>(
    `select ${ACCOUNT} from bank_accounts where tenant_id = $1 order by archived_at is not null, created_at desc, id desc`,
    [ctx.tenant.id],
  );
}

/** Ends with `bank_account.not_found`. */
export async function getAccount(ctx: QueryCtx, id: string | null): Promise<BankAccount> {
  const account = await ctx.sql.row<BankAccount>(
    `select ${ACCOUNT} from bank_accounts where tenant_id = $1 and id = $2`,
    [ctx.tenant.id, id],
  );
  return account ?? refuse('bank_account.not_found', 'There is no such bank account.');
}

/** The account that invoices of a currency name: the newest one in use. */
export function accountFor(ctx: QueryCtx, currency: string): Promise<BankAccount | undefined> {
  return ctx.sql.row<BankAccount>(
    `select ${ACCOUNT} from bank_accounts where tenant_id = $1 and currency = $2 and archived_at is null
     order by created_at desc, id desc limit 1`,
    [ctx.tenant.id, currency],
  );
}

export type NewAccount = Pick<BankAccount, 'holder' | 'bankName' | 'currency' | 'csvMapping' | 'bic'> & {
  iban: string;
};

/** Adds an account. All faults of its figures are told at once; refuses with `bank_account.exists`. */
export async function addAccount(ctx: CommandCtx, input: NewAccount): Promise<BankAccount> {
  const iban = parseIban(input.iban);
  const bic = input.bic === null ? null : parseBic(input.bic);
  const faults: FieldFault[] = [];
  if (!iban.ok) faults.push({ pointer: '/iban', code: 'invalid', detail: iban.refusal.detail });
  if (bic !== null && !bic.ok) faults.push({ pointer: '/bic', code: 'invalid', detail: bic.refusal.detail });
  if (!isCurrencyCode(input.currency))
    faults.push({ pointer: '/currency', code: 'invalid', detail: 'must be an active ISO 4217 code' });
  faults.push(...mappingFaults(input.csvMapping));
  if (!iban.ok || faults.length > 0)
    return refuse('request.invalid', 'The account is not right.', { faults });
  await refuseSecond(ctx, iban.value, input.currency);
  const account = {
    ...input,
    id: ctx.newId(),
    iban: iban.value,
    bic: bic?.ok ? bic.value : null,
    archivedAt: null,
    createdAt: ctx.now,
  };
  const { id, holder, bankName, currency, csvMapping } = account;
  await ctx.sql.run(
    `insert into bank_accounts (tenant_id, id, holder, iban, bic, bank_name, currency, csv_mapping, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ctx.tenant.id,
      id,
      holder,
      account.iban,
      account.bic,
      bankName,
      currency,
      jsonOrNull(csvMapping),
      iso(ctx.now),
    ],
  );
  return account;
}

async function refuseSecond(ctx: CommandCtx, iban: string, currency: string): Promise<void> {
  // Two at once: the second waits here and then finds the first.
  await ctx.sql.rows('select pg_advisory_xact_lock(hashtextextended($1, $2))', [iban, ctx.tenant.id]);
  const other = await ctx.sql.row(
    `select 1 from bank_accounts where tenant_id = $1 and iban = $2 and currency = $3 and archived_at is null`,
    [ctx.tenant.id, iban, currency],
  );
  if (other !== undefined) refuse('bank_account.exists', 'This IBAN is in use for this currency already.');
}

/** Changes how files are read, or takes the account out of use and back. */
export async function changeAccount(
  ctx: CommandCtx,
  id: string | null,
  change: { csvMapping?: CsvMapping | null; archived?: boolean | undefined },
): Promise<BankAccount> {
  const before = await getAccount(ctx, id);
  const csvMapping = change.csvMapping === undefined ? before.csvMapping : change.csvMapping;
  const faults = mappingFaults(csvMapping);
  if (faults.length > 0) return refuse('request.invalid', 'The mapping is not whole.', { faults });
  if (change.archived === false && before.archivedAt !== null)
    await refuseSecond(ctx, before.iban, before.currency);
  const archivedAt =
    change.archived === undefined
      ? before.archivedAt
      : change.archived
        ? (before.archivedAt ?? ctx.now)
        : null;
  await ctx.sql.run(
    'update bank_accounts set csv_mapping = $3, archived_at = $4 where tenant_id = $1 and id = $2',
    [ctx.tenant.id, before.id, jsonOrNull(csvMapping), isoOrNull(archivedAt)],
  );
  return { ...before, csvMapping, archivedAt };
}

function mappingFaults(mapping: CsvMapping | null): FieldFault[] {
  if (mapping === null) return [];
  const { amount, moneyIn, moneyOut } = mapping;
  const isWhole =
    amount !== null ? moneyIn === null && moneyOut === null : moneyIn !== null && moneyOut !== null;
  const detail = 'names one signed column, or one for money in and one for money out';
  return isWhole ? [] : [{ pointer: '/csv_mapping/amount', code: 'invalid', detail }];
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
