import { TextLink } from '@billhook/ui/link';

/** Below a command that needs a key, for whoever has none in their terminal yet. */
export function KeyNote() {
  return (
    <>
      First put a key into BILLHOOK_API_KEY: <TextLink href="/api-keys">make one</TextLink>.
    </>
  );
}
