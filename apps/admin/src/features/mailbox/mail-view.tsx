import type { MailboxMessage } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { KeyValue } from '@billhook/ui/key-value';
import { Quantity } from '@billhook/ui/money';
import { SkeletonText } from '@billhook/ui/skeleton';
import { Tabs } from '@billhook/ui/tabs';
import { toast } from '@billhook/ui/toast';
import { Paperclip } from 'lucide-react';
import { useState } from 'react';
import { ProblemState, tell } from '../../lib/problem.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { useScope } from '../../lib/scope.tsx';
import { useMail } from './queries.ts';

/** A mail as its reader gets it. */
export function MailView({ id }: { id: string }) {
  const mail = useMail(id);
  if (mail.data) return <Message message={mail.data} />;
  if (mail.error) return <ProblemState error={mail.error} onRetry={() => void mail.refetch()} compact />;
  return <SkeletonText lines={8} />;
}

function Message({ message }: { message: MailboxMessage }) {
  const html = message.html;
  return (
    <div className="flex flex-col gap-4">
      <KeyValue
        items={[
          { label: 'From', value: <span className="break-words">{message.from}</span> },
          { label: 'To', value: <span className="break-words">{message.to.join(', ')}</span> },
          { label: 'Sent, real time', value: <DateText value={message.createdAt} as="time" /> },
        ]}
      />
      {message.attachments.length > 0 ? <Attachments message={message} /> : null}
      {html === null ? (
        <PlainText message={message} />
      ) : (
        <Tabs
          label="Form of the mail"
          defaultValue="html"
          tabs={[
            { key: 'html', label: 'As shown', content: <HtmlFrame html={html} subject={message.subject} /> },
            { key: 'text', label: 'As text', content: <PlainText message={message} /> },
          ]}
        />
      )}
    </div>
  );
}

/**
 * The mail's HTML in a frame that may run no script, send no form and know nothing of this page. Links open beside it.
 */
function HtmlFrame({ html, subject }: { html: string; subject: string }) {
  return (
    <iframe
      title={`Mail: ${subject}`}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={`<base target="_blank">${html}`}
      className="h-[34rem] w-full rounded-md border border-line bg-white"
    />
  );
}

function PlainText({ message }: { message: MailboxMessage }) {
  return (
    <pre className="whitespace-pre-wrap rounded-md border border-line bg-surface p-4 font-mono text-sm [overflow-wrap:anywhere]">
      {message.text ?? 'This mail has no text form.'}
    </pre>
  );
}

function Attachments({ message }: { message: MailboxMessage }) {
  const { api } = useScope();
  const [busy, setBusy] = useState<number | null>(null);
  const keep = async (index: number, name: string) => {
    setBusy(index);
    try {
      await saveFile(() => api.mailbox.attachment(message.id, index), name);
    } catch (error) {
      toast('The attachment could not be downloaded.', {
        tone: 'problem',
        detail: tell(error as Error).detail,
      });
    } finally {
      setBusy(null);
    }
  };
  return (
    <ul className="flex flex-wrap gap-2">
      {message.attachments.map(({ index, name, byteSize }) => (
        <li key={index}>
          <Button size="sm" icon={Paperclip} busy={busy === index} onClick={() => void keep(index, name)}>
            {name} <Quantity value={String(byteSize)} unit="bytes" className="text-faint" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
