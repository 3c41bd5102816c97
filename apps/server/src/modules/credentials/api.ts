export { presentSecret } from './present.ts';
export { type AgedSecret, type KnownSecret, noteSecrets, secretAges, takeTold } from './repo.ts';
