import type { PreviewSettings } from '@billhook/sdk/generated/types';
import { useLater } from '@billhook/ui/later';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { PdfView } from '../pdf/pdf-view.tsx';

/** So long after the last key the document is drawn anew. */
const REST_MS = 400;

/** An invoice as it would be issued with these settings, drawn by the same code that draws real ones. */
export function DocumentPreview({ wished }: { wished: PreviewSettings }) {
  const { api, tenant } = useScope();
  const asked = useLater(JSON.stringify(wished), REST_MS);
  const preview = useQuery({
    queryKey: [tenant.id, 'settings-preview', asked],
    queryFn: async ({ signal }) => {
      const body = JSON.parse(asked) as PreviewSettings;
      return (await api.tenant.previewDocument(body, { signal })).blob();
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return (
    <Section
      title="Preview"
      description="An example. It is drawn as real invoices are."
      className="xl:sticky xl:top-20"
    >
      {preview.error ? (
        <ProblemState
          error={preview.error}
          onRetry={() => void preview.refetch()}
          retrying={preview.isFetching}
        />
      ) : preview.data === undefined ? (
        <Skeleton className="aspect-[210/297] w-full" />
      ) : (
        <PdfView file={preview.data} title="Preview of an invoice" name="preview.pdf" />
      )}
    </Section>
  );
}
