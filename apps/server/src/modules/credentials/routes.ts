import type { OperatorRoutes } from '@billhook/contract/routes';
import type { Handlers } from '../../http/handlers.ts';
import { iso } from '../../platform/sql.ts';
import { type AgedSecret, secretAges, setRotation } from './repo.ts';

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

export function presentSecret(secret: AgedSecret) {
  return {
    object: 'secret_age' as const,
    name: secret.name,
    kind: secret.kind,
    state: secret.state,
    since: iso(secret.since),
    age_days: secret.ageDays,
    rotate_days: secret.rotateDays,
    due_at: iso(secret.dueAt),
  };
}
