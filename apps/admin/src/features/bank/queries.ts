import type {
  BankAccount,
  BankLine,
  BankStatement,
  InvoiceSummary,
  RefundToTransfer,
} from '@billhook/sdk/generated/types';
import type { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

type Said = { readonly word: string; readonly tone: ComponentProps<typeof Status>['tone'] };

export const LINE_STATES: readonly BankLine['state'][] = ['proposed', 'unmatched', 'matched', 'ignored'];

export const LINE_STATE: Readonly<Record<BankLine['state'], Said>> = {
  proposed: { tone: 'attention', word: 'Proposed' },
  unmatched: { tone: 'problem', word: 'Not matched' },
  matched: { tone: 'ok', word: 'Booked' },
  ignored: { tone: 'neutral', word: 'Left aside' },
};

/** A day as a moment that falls on it wherever it is read. */
export const noonOf = (day: string): string => `${day}T12:00:00Z`;

export function useBankLines(state: string | undefined) {
  const { api } = useScope();
  const known = LINE_STATES.find((one) => one === state);
  return useCursorList<BankLine>(['bank-lines', known ?? ''], (page, signal) =>
    api.bankLines.list({ ...page, state: known }, { signal }),
  );
}

export function useStatements() {
  const { api } = useScope();
  return useCursorList<BankStatement>(['bank-statements'], (page, signal) =>
    api.bankStatements.list(page, { signal }),
  );
}

export function useBankAccounts() {
  const { api, tenant } = useScope();
  return useQuery<readonly BankAccount[]>({
    queryKey: [tenant.id, 'bank-accounts'],
    queryFn: async ({ signal }) => (await api.bankAccounts.list({ signal })).data,
  });
}

export function useOutgoingTransfers() {
  const { api, tenant } = useScope();
  return useQuery<readonly RefundToTransfer[]>({
    queryKey: [tenant.id, 'transfers'],
    queryFn: async ({ signal }) => (await api.outgoingTransfers.list({ signal })).data,
  });
}

/** What a customer has to pay in a currency, oldest first. */
export function useOpenInvoices(customer: string | null, currency: string) {
  const { api, tenant } = useScope();
  return useQuery<readonly InvoiceSummary[]>({
    queryKey: [tenant.id, 'open-invoices', customer, currency],
    enabled: customer !== null,
    queryFn: async ({ signal }) => {
      const page = await api.invoices.list(
        { customer: customer ?? '', status: 'open', limit: 50 },
        { signal },
      );
      return page.data.filter((invoice) => invoice.currency === currency && invoice.due !== '0').toReversed();
    },
  });
}
