import type { OperatorOutput } from '@billhook/contract/routes';
import type { CsvMapping } from '@billhook/core/banking/csv/statement-csv';
import { encodeTypeId } from '@billhook/core/kernel/typeid';
import { iso } from '../../platform/sql.ts';
import type { BankAccount } from './accounts.ts';
import type { StoredStatement } from './statements.ts';

type Wire = NonNullable<OperatorOutput<'updateBankAccount'>['csv_mapping']>;

export function presentAccount(account: BankAccount) {
  return {
    id: encodeTypeId('ba', account.id),
    object: 'bank_account' as const,
    holder: account.holder,
    iban: account.iban,
    bic: account.bic,
    bank_name: account.bankName,
    currency: account.currency,
    csv_mapping: account.csvMapping === null ? null : wireMapping(account.csvMapping),
    archived: account.archivedAt !== null,
    created_at: iso(account.createdAt),
  };
}

function wireMapping(mapping: CsvMapping): Wire {
  const { delimiter, decimalMark, dateFormat, bookedOn, text, ...optional } = mapping;
  const named = (name: keyof Wire, column: string | null) => (column === null ? {} : { [name]: column });
  return {
    delimiter,
    decimal_mark: decimalMark,
    date_format: dateFormat,
    booked_on: bookedOn,
    text: [...text],
    ...named('value_on', optional.valueOn),
    ...named('amount', optional.amount),
    ...named('money_in', optional.moneyIn),
    ...named('money_out', optional.moneyOut),
    ...named('currency', optional.currency),
    ...named('name', optional.name),
    ...named('iban', optional.iban),
    ...named('reference', optional.reference),
    ...named('end_to_end_id', optional.endToEndId),
    ...named('bank_reference', optional.bankReference),
  };
}

export function presentStatement(statement: StoredStatement, isRepeat: boolean) {
  return {
    id: encodeTypeId('bs', statement.id),
    object: 'bank_statement' as const,
    account: encodeTypeId('ba', statement.accountId),
    file_name: statement.fileName,
    format: statement.format,
    lines: statement.lineCount,
    new_lines: statement.newCount,
    pending_lines: statement.pendingCount,
    matched_lines: statement.matchedCount,
    is_repeat: isRepeat,
    created_at: iso(statement.uploadedAt),
  };
}
