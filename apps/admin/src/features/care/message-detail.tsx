import { counted } from '@billhook/core/kernel/counted';
import type { ProviderEvent } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CodeBlock } from '@billhook/ui/code-block';
import { CopyText } from '@billhook/ui/copy-text';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Banner } from '@billhook/ui/status';
import { toast } from '@billhook/ui/toast';
import { useQuery } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ProblemState, ProblemText } from '../../lib/problem.tsx';
import { useMay, useScope } from '../../lib/scope.tsx';

/** The bytes as text, laid out where they are JSON. */
function bodyText(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** One message with its bytes, and the way to read it again. */
export function MessageDetail({ event }: { event: ProviderEvent }) {
  const { api, tenant } = useScope();
  const may = useMay(['owner', 'admin', 'finance', 'developer']);
  const whole = useQuery({
    queryKey: [tenant.id, 'provider-event', event.id],
    queryFn: ({ signal }) => api.providerEvents.get(event.id, { signal }),
    enabled: may,
  });
  const replay = useCommand(
    (_: undefined, options) => api.providerEvents.replay(event.id, {}, options),
    () => toast('It is being read again.'),
  );
  return (
    <div className="flex flex-col gap-6">
      {replay.error ? (
        <Banner tone="problem" title="It was not read again.">
          <ProblemText error={replay.error} />
        </Banner>
      ) : null}
      <KeyValue
        items={[
          { label: 'Came in', value: <DateText value={event.createdAt} as="time" /> },
          ...(event.deliveries > 1
            ? [{ label: 'Last time', value: <DateText value={event.lastReceivedAt} as="time" /> }]
            : []),
          {
            label: 'Read',
            value: event.processedAt ? <DateText value={event.processedAt} as="time" /> : 'Not yet',
          },
          { label: 'Delivered', value: counted(event.deliveries, 'time') },
          { label: 'Replayed', value: counted(event.replays, 'time') },
          { label: 'At the provider', value: <CopyText text={event.providerEventId} /> },
          ...Object.entries(whole.data?.headers ?? {}).map(([label, value]) => ({
            label,
            value: <CopyText text={value} className="max-w-72" />,
          })),
        ]}
      />
      {may && event.replayable ? (
        <div>
          <Button busy={replay.busy} onClick={() => replay.run(undefined)}>
            Read it again
          </Button>
          <p className="pt-1 text-sm text-muted">However often it is read, the end is the same.</p>
        </div>
      ) : null}
      {whole.error && !whole.data ? <ProblemState error={whole.error} compact /> : null}
      {whole.data ? <CodeBlock label="What came in" code={bodyText(whole.data.body)} /> : null}
    </div>
  );
}
