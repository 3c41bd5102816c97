export { type AgedSecret, type KnownSecret, noteSecrets, secretAges, setRotation, takeTold } from './repo.ts';
