export { lookAgainAt, MAIL_CERTIFICATE, planLook } from './certificate-looks.ts';
export { presentSecret } from './present.ts';
export {
  type AgedSecret,
  forgetSecret,
  type KnownSecret,
  noteSecret,
  noteSecrets,
  secretAges,
  takeTold,
} from './repo.ts';
