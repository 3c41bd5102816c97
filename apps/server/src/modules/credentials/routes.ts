import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import { presentSecret } from './present.ts';
import { secretAges, setRotation } from './repo.ts';

type RouteIds = 'listSecretAges' | 'setRotation';

export function credentialRoutes(): Pick<Handlers<OperatorRoutes>, RouteIds> {
  return {
    listSecretAges: async (ctx) => ({
      object: 'list',
      data: (await secretAges(ctx)).map(presentSecret),
      has_more: false,
      next_cursor: null,
    }),
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
