import { DATASETS, type DatasetName } from './datasets.ts';
import type { ExportFormat, ExportKind } from './repo.ts';
import type { Writer } from './step.ts';
import { customerWriter } from './write-customer.ts';
import { datevWriter } from './write-datev.ts';
import { journalCsv, journalParquet } from './write-journal.ts';
import { csvWriter, parquetWriter } from './write-table.ts';

/** Which formats a kind has; the first is the one where none is named. */
export const FORMATS: Readonly<Record<ExportKind, readonly ExportFormat[]>> = {
  invoices: ['csv', 'parquet'],
  invoice_lines: ['csv', 'parquet'],
  payments: ['csv', 'parquet'],
  ledger: ['csv', 'parquet'],
  journal: ['csv', 'parquet'],
  datev: ['extf'],
  customer: ['zip'],
};

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  extf: 'text/csv; charset=windows-1252',
  zip: 'application/zip',
};

export function writerOf(kind: ExportKind, format: ExportFormat): Writer {
  switch (kind) {
    case 'datev':
      return datevWriter;
    case 'customer':
      return customerWriter;
    case 'journal':
      return format === 'parquet' ? journalParquet : journalCsv;
    default:
      return tableWriter(kind, format);
  }
}

function tableWriter(kind: DatasetName, format: ExportFormat): Writer {
  return format === 'parquet' ? parquetWriter(DATASETS[kind]) : csvWriter(DATASETS[kind]);
}
