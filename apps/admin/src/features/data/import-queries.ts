import type { DataImport, ImportLine } from '@billhook/sdk/generated/types';
import type { Status } from '@billhook/ui/status';
import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { useCursorList } from '../../lib/lists.ts';
import { useScope } from '../../lib/scope.tsx';

type Said = { readonly word: string; readonly tone: ComponentProps<typeof Status>['tone'] };

export const IMPORT_STATES: Readonly<Record<DataImport['status'], Said>> = {
  checking: { tone: 'info', word: 'Being looked at' },
  checked: { tone: 'attention', word: 'Waits for you' },
  running: { tone: 'info', word: 'Being done' },
  done: { tone: 'ok', word: 'Done' },
  failed: { tone: 'problem', word: 'Not possible' },
  canceled: { tone: 'neutral', word: 'Stopped' },
};

export const OUTCOMES: Readonly<Record<ImportLine['outcome'], Said>> = {
  create: { tone: 'ok', word: 'New' },
  change: { tone: 'attention', word: 'Changed' },
  same: { tone: 'neutral', word: 'The same' },
  refuse: { tone: 'problem', word: 'Refused' },
};

export const isMoving = ({ status }: DataImport): boolean => status === 'checking' || status === 'running';

/** Looked at anew every second while one is under way. */
export function useImports() {
  const { api } = useScope();
  return useCursorList<DataImport>(['imports'], (page, signal) => api.imports.list(page, { signal }), {
    refetchMs: (rows) => (rows.some(isMoving) ? 1_000 : false),
  });
}

export function useImport(id: string) {
  const { api, tenant } = useScope();
  return useQuery<DataImport>({
    queryKey: [tenant.id, 'import', id],
    queryFn: ({ signal }) => api.imports.get(id, { signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isMoving(state.data) ? 700 : false),
  });
}

/** The report; read anew when the import has moved on. */
export function useImportLines(id: string, status: DataImport['status']) {
  const { api } = useScope();
  return useCursorList<ImportLine>(['import-lines', id, status], (page, signal) =>
    api.imports.lines(id, page, { signal }),
  );
}
