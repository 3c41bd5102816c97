import type { CommandCtx } from '../platform/context.ts';
import type { ActionBody } from '../processes/action-body.ts';
import { perform } from '../processes/change-plan.ts';
import { createPreviewTokens } from '../processes/preview-token.ts';
import { readAction } from '../processes/read-action.ts';

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
