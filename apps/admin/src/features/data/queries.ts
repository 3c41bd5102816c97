import type { AccountingSettings, DataExport } from '@billhook/sdk/generated/types';
import type { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

export type Kind = DataExport['kind'];

/** What can be taken out, in words, with the formats that it has. */
export const KINDS: Readonly<
  Record<Kind, { word: string; detail: string; formats: readonly DataExport['format'][] }>
> = {
  invoices: {
    word: 'Invoices',
    detail: 'One row each, with its sums and where it stands',
    formats: ['csv', 'parquet'],
  },
  invoice_lines: {
    word: 'Invoice lines',
    detail: 'What was charged, with its period',
    formats: ['csv', 'parquet'],
  },
  payments: { word: 'Payments', detail: 'Money that came in', formats: ['csv', 'parquet'] },
  ledger: { word: 'Ledger', detail: 'Every entry on every account', formats: ['csv', 'parquet'] },
  journal: {
    word: 'Journal',
    detail: 'Bookings between two accounts, for any accountant',
    formats: ['csv', 'parquet'],
  },
  datev: { word: 'DATEV', detail: 'For the tax adviser, in one currency and fiscal year', formats: ['extf'] },
  customer: {
    word: 'Everything of a customer',
    detail: 'All facts and documents as ZIP',
    formats: ['zip'],
  },
};

export const FORMATS: Readonly<Record<DataExport['format'], string>> = {
  csv: 'CSV',
  parquet: 'Parquet',
  extf: 'EXTF',
  zip: 'ZIP',
};

type Said = { readonly word: string; readonly tone: ComponentProps<typeof Status>['tone'] };

export const STATES: Readonly<Record<DataExport['status'], Said>> = {
  queued: { tone: 'info', word: 'Waiting' },
  running: { tone: 'info', word: 'Being written' },
  done: { tone: 'ok', word: 'Ready' },
  failed: { tone: 'problem', word: 'Not possible' },
  canceled: { tone: 'neutral', word: 'Stopped' },
  expired: { tone: 'neutral', word: 'Deleted after a week' },
};

export const isOpen = ({ status }: DataExport): boolean => status === 'queued' || status === 'running';

/** Looked at anew every second while one is being written. */
export function useExports() {
  const { api } = useScope();
  return useCursorList<DataExport>(['exports'], (page, signal) => api.exports.list(page, { signal }), {
    refetchMs: (rows) => (rows.some(isOpen) ? 1_000 : false),
  });
}

export function useAccountingSettings() {
  const { api, tenant } = useScope();
  return useQuery<AccountingSettings>({
    queryKey: [tenant.id, 'accounting-settings'],
    queryFn: ({ signal }) => api.accountingSettings.get({ signal }),
  });
}
