import type { PreviewSettings } from '@billhook/sdk/generated/types';
import { Section } from '@billhook/ui/page-header';
import { Skeleton } from '@billhook/ui/skeleton';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ProblemState } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** So long after the last key the document is drawn anew. */
const REST_MS = 400;

/** An invoice as it would be issued with these settings, drawn by the same code that draws real ones. */
export function DocumentPreview({ wished }: { wished: PreviewSettings }) {
  const { api, tenant } = useScope();
  const asked = useRested(JSON.stringify(wished));
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
  const url = useObjectUrl(preview.data);
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
      ) : url === null ? (
        <Skeleton className="aspect-[210/297] w-full" />
      ) : (
        <>
          <iframe
            title="Preview of an invoice"
            src={`${url}#toolbar=0&navpanes=0&view=FitH`}
            className="aspect-[210/297] w-full rounded-md border border-line bg-white"
          />
          <p className="mt-2 text-sm text-muted">
            <a href={url} target="_blank" rel="noreferrer" className="underline">
              Open it in a tab of its own
            </a>
          </p>
        </>
      )}
    </Section>
  );
}

/** A text once it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
