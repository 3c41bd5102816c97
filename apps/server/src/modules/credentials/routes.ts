import type { OperatorRoutes } from '@billhook/contract/routes';
import { instant } from '@billhook/core/time/instant';
import type { Handlers } from '../../http/handlers.ts';
import { refuse } from '../../platform/refuse.ts';
import { presentSecret } from './present.ts';
import { enterEnd, secretAges, setRotation } from './repo.ts';

type RouteIds = 'listSecretAges' | 'setRotation' | 'setSecretExpiry';

export function credentialRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listSecretAges: async (ctx) => ({
      object: 'list',
      data: (await secretAges(ctx)).map(presentSecret),
      has_more: false,
      next_cursor: null,
    }),
    setSecretExpiry: async (ctx, { body }) => {
      const endsAt = body.expires_at === null ? null : instant(Date.parse(body.expires_at));
      const isKnown = await enterEnd(ctx, body.name, endsAt);
      const secret = (await secretAges(ctx)).find(({ name }) => name === body.name);
      if (!isKnown || secret === undefined)
        return refuse('secret.not_found', 'No secret of this name is in use here. Nothing was changed.');
      ctx.audit({
        action: 'secret_expiry.set',
        objectKind: 'secret',
        objectId: body.name,
        details: { expires_at: body.expires_at },
      });
      return presentSecret(secret);
    },
    setRotation: async (ctx, { body }) => {
      await setRotation(ctx, body.kind, body.days);
      ctx.audit({
        action: 'rotation_policy.set',
        objectKind: 'rotation_policy',
        objectId: body.kind,
        details: { days: body.days },
      });
      return { object: 'rotation_policy', kind: body.kind, days: body.days };
    },
  };
}
