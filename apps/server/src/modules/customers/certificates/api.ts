export {
  acceptCertificate,
  type CertificateTerms,
  giveCertificate,
  refuseCertificate,
  withdrawCertificate,
} from './decide.ts';
export {
  acceptedCertificates,
  type CertificateRecord,
  certificatesOf,
  claimNotices,
  nextNoticeAt,
  planNotice,
} from './repo.ts';
