import type { MailWords } from './mail-words.ts';

export const fr: MailWords = {
  sentences: {
    for_invoice: 'Il concerne la facture {number}.',
    still_to_pay: 'Il reste {amount} à payer.',
    overpaid:
      '{amount} dépassaient le montant dû. C’est votre crédit : il paie les factures ouvertes et diminue les prochaines, ou nous le remboursons sur demande.',
    no_retry: 'Nous ne réessaierons pas de nous-mêmes. Merci de payer avec une autre carte.',
    retry_on: 'Nous réessaierons le {date}. Vous pouvez payer plus tôt avec une autre carte.',
    less_to_pay: 'Il y a {amount} de moins à payer sur cette facture.',
    goes_back: '{amount} retournent sur le moyen de paiement utilisé.',
    pays_others: '{amount} paient vos autres factures ouvertes puis diminuent les prochaines.',
    pay_any_time: 'Vous pouvez la payer à tout moment.',
    limit_access: 'Si elle reste impayée, votre accès sera limité le {date}.',
    suspend_access: 'Si elle reste impayée, votre accès sera suspendu le {date}.',
    cancel: 'Si elle reste impayée, votre abonnement prendra fin le {date}.',
    insufficient_funds: 'la carte n’était pas suffisamment approvisionnée.',
    expired_card: 'la carte a expiré.',
    incorrect_cvc: 'le code de sécurité était incorrect.',
    authentication_required: 'votre banque vous demande de confirmer le paiement.',
    declined: 'votre banque a refusé la carte.',
  },
  mails: {
    'billing.receipt': {
      subject: 'Reçu de la facture {number} : {amount}',
      heading: 'Merci. {amount} reçus.',
      action: 'Voir vos factures',
      paragraphs: ['Votre paiement à {seller} est arrivé. La facture est jointe en PDF.'],
      rows: ['Facture', 'Payé le', 'Montant'],
    },
    'billing.payment_received': {
      subject: 'Reçu de {seller} : {amount}',
      heading: 'Merci. {amount} reçus.',
      action: 'Voir vos factures',
      paragraphs: ['{outcome}', 'Le reçu est joint en PDF.'],
      rows: ['Payé le', 'Montant'],
    },
    'billing.credit': {
      subject: 'Crédit de {amount} de {seller}',
      heading: 'Nous vous avons crédité {amount}',
      action: 'Voir vos factures',
      paragraphs: [
        'Le crédit paie d’abord vos factures ouvertes ; le reste diminue les prochaines. Le document est joint en PDF.',
      ],
      rows: ['Document', 'Date', 'Crédit'],
    },
    'billing.credit_note': {
      subject: 'Avoir {number} de {seller} : {amount}',
      heading: 'Nous vous avons crédité {amount}',
      action: 'Voir vos factures',
      paragraphs: [
        'Ceci annule tout ou partie de la facture {invoice_number} : {reason}',
        '{outcome} L’avoir est joint en PDF.',
      ],
      rows: ['Avoir', 'Facture', 'Crédité'],
    },
    'billing.paid_by_credit': {
      subject: 'La facture {number} est payée par votre crédit',
      heading: 'Votre crédit a payé {amount}',
      action: 'Voir vos factures',
      paragraphs: ['Rien n’a été prélevé et il ne reste rien à payer. La facture est jointe en PDF.'],
      rows: ['Facture', 'Payé le', 'Par crédit'],
    },
    'billing.invoice': {
      subject: 'Facture {number} de {seller} : {amount}',
      heading: 'Votre facture de {amount}',
      action: 'Payer {amount}',
      paragraphs: ['Merci de payer avant le {due_on}. La facture est jointe en PDF.'],
      rows: ['Facture', 'Échéance', 'Montant dû'],
    },
    'billing.payment_failed': {
      subject: 'Le paiement de {amount} a échoué',
      heading: 'Votre paiement a échoué',
      action: 'Changer de moyen de paiement',
      paragraphs: [
        'Nous n’avons pas pu prélever {amount} pour la facture {number} : {reason}',
        '{next_step}',
      ],
      rows: [],
    },
    'billing.refund': {
      subject: 'Remboursement de {amount}',
      heading: 'Nous vous avons remboursé {amount}',
      action: 'Voir vos factures',
      paragraphs: [
        'L’argent retourne sur le moyen de paiement utilisé. Les banques mettent quelques jours à l’afficher.',
      ],
      rows: [],
    },
    'dunning.reminder': {
      subject: 'Rappel : facture {number} de {amount}',
      heading: 'La facture {number} est ouverte',
      action: 'Payer {amount}',
      paragraphs: ['{amount} sont dus le {due_on}. {next_step}'],
      rows: ['Facture', 'Montant dû'],
    },
    'dunning.method_needed': {
      subject: 'Merci d’indiquer un autre moyen de paiement pour {amount}',
      heading: 'Votre moyen de paiement ne peut plus être débité',
      action: 'Ajouter un moyen de paiement',
      paragraphs: ['Ajoutez-en un autre et la facture {number} sera prélevée aussitôt. {next_step}'],
      rows: ['Facture', 'Montant dû'],
    },
    'dunning.last_notice': {
      subject: 'Dernier avis pour la facture {number} : {amount}',
      heading: '{amount} restent impayés',
      action: 'Payer {amount}',
      paragraphs: ['Ceci est notre dernier avis au sujet de la facture {number}. {next_step}'],
      rows: ['Facture', 'Montant dû'],
    },
  },
};
