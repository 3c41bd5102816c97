export { presentSecret } from './present.ts';
export {
  type AgedSecret,
  forgetSecret,
  type KnownSecret,
  lookAgainAt,
  MAIL_CERTIFICATE,
  noteSecret,
  noteSecrets,
  planLook,
  secretAges,
  takeTold,
} from './repo.ts';
