import { iso, isoOrNull } from '../../platform/sql.ts';
import type { AgedSecret } from './repo.ts';

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
    expires_at: isoOrNull(secret.expiresAt),
    entered_expires_at: isoOrNull(secret.enteredEndsAt),
  };
}
