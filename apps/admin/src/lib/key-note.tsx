import { TextLink } from '@billhook/ui/link';

/** Below a command that needs a key: without it, commands work on the environment of the first start. */
export function KeyNote() {
  return (
    <>
      First put a key of this environment into BILLHOOK_API_KEY:{' '}
      <TextLink href="/api-keys">make one</TextLink>.
    </>
  );
}
