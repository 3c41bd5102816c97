import type { ProviderEvent } from '@billhook/sdk/generated/types';
import type { Tone } from '@billhook/ui/status';

export const MESSAGE_STATES: Readonly<Record<ProviderEvent['state'], { tone: Tone; word: string }>> = {
  stored: { tone: 'info', word: 'Waits' },
  done: { tone: 'ok', word: 'Read' },
  ignored: { tone: 'neutral', word: 'Nothing of ours' },
  quarantined: { tone: 'attention', word: 'Kept aside' },
};
