import type { CommandCtx } from '../platform/context.ts';
import { perform } from '../processes/change-plan.ts';
import { createPreviewTokens } from '../processes/preview-token.ts';
import { type ActionBody, readAction } from '../processes/action-body.ts';

/** Does something to a subscription below the HTTP layer, without a preview. */
export function actOn(ctx: CommandCtx, subscriptionId: string, body: ActionBody) {
  return perform(
    ctx,
    createPreviewTokens((text) => text),
    {
      id: subscriptionId,
      read: (own, subscription) => readAction(own, subscription, body),
      token: undefined,
      again: async () => undefined,
    },
  );
}
