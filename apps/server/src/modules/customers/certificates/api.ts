export {
  acceptCertificate,
  type CertificateTerms,
  giveCertificate,
  refuseCertificate,
  withdrawCertificate,
} from './decide.ts';
export { claimNotices, nextNoticeAt, planNotice } from './notices.ts';
export { acceptedCertificates, type CertificateRecord, certificatesOf } from './repo.ts';
