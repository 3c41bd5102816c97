import type { MailWords } from './mail-words.ts';

export const de: MailWords = {
  sentences: {
    pay_by: 'Bitte zahlen Sie bis {date}.',
    collected_itself: 'Wir ziehen den Betrag mit Ihrer Zahlungsart ein.',
    credit_paid_it: 'Ihr Guthaben hat sie bezahlt.',
    for_invoice: 'Sie ist für Rechnung {number}.',
    still_to_pay: 'Davon sind noch {amount} zu zahlen.',
    overpaid:
      '{amount} waren mehr als fällig. Sie sind Ihr Guthaben: Es bezahlt offene Rechnungen und mindert die nächsten, oder wir zahlen es auf Wunsch zurück.',
    no_retry:
      'Wir versuchen es von selbst nicht noch einmal. Bitte zahlen Sie mit einer anderen Zahlungsart.',
    retry_on: 'Wir versuchen es am {date} erneut. Sie können früher mit einer anderen Zahlungsart zahlen.',
    less_to_pay: 'Von dieser Rechnung sind {amount} weniger zu zahlen.',
    goes_back: '{amount} gehen an die Zahlungsart zurück, mit der Sie bezahlt haben.',
    pays_others: '{amount} bezahlen Ihre anderen offenen Rechnungen und mindern dann die nächsten.',
    held_for_you:
      'Es ist eine Kaution. Sie wird für Sie verwahrt, bis sie verrechnet oder zurückgezahlt wird.',
    lowers_invoices:
      'Sobald der Betrag bezahlt ist, ist er Ihr Guthaben und mindert Ihre nächsten Rechnungen.',
    pay_any_time: 'Sie können sie jederzeit bezahlen.',
    limit_access: 'Bleibt sie unbezahlt, wird Ihr Zugang am {date} eingeschränkt.',
    suspend_access: 'Bleibt sie unbezahlt, wird Ihr Zugang am {date} gesperrt.',
    cancel: 'Bleibt sie unbezahlt, endet Ihr Abonnement am {date}.',
    insufficient_funds: 'Die Karte war nicht ausreichend gedeckt.',
    expired_card: 'Die Karte ist abgelaufen.',
    incorrect_cvc: 'Die Prüfnummer war falsch.',
    authentication_required: 'Ihre Bank möchte, dass Sie die Zahlung bestätigen.',
    declined: 'Ihre Bank hat die Karte abgelehnt.',
    debit_not_covered: 'Das Konto war nicht ausreichend gedeckt.',
    debit_returned: 'Ihre Bank hat die Lastschrift zurückgegeben.',
    paypal_declined: 'PayPal hat die Zahlung nicht ausgeführt.',
  },
  mails: {
    'billing.receipt': {
      subject: 'Quittung zu Rechnung {number}: {amount}',
      heading: 'Danke. {amount} erhalten.',
      action: 'Rechnungen ansehen',
      paragraphs: ['Ihre Zahlung an {seller} ist angekommen. Die Rechnung liegt als PDF bei.'],
      rows: ['Rechnung', 'Bezahlt am', 'Betrag'],
    },
    'billing.payment_received': {
      subject: 'Quittung von {seller}: {amount}',
      heading: 'Danke. {amount} erhalten.',
      action: 'Rechnungen ansehen',
      paragraphs: ['{outcome}', 'Die Quittung liegt als PDF bei.'],
      rows: ['Bezahlt am', 'Betrag'],
    },
    'billing.credit': {
      subject: 'Gutschrift über {amount} von {seller}',
      heading: 'Wir haben Ihnen {amount} gutgeschrieben',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Das Guthaben bezahlt zuerst offene Rechnungen; der Rest mindert die nächsten. Der Beleg liegt als PDF bei.',
      ],
      rows: ['Beleg', 'Datum', 'Guthaben'],
    },
    'billing.credit_note': {
      subject: 'Gutschrift {number} von {seller}: {amount}',
      heading: 'Wir haben Ihnen {amount} gutgeschrieben',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Dies nimmt einen Teil oder alles der Rechnung {invoice_number} zurück: {reason}',
        '{outcome} Die Gutschrift liegt als PDF bei.',
      ],
      rows: ['Gutschrift', 'Rechnung', 'Gutgeschrieben'],
    },
    'billing.debit_note': {
      subject: 'Belastungsanzeige {number} von {seller}: {amount}',
      heading: 'Noch zu zahlen: {amount}',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Dies erhöht die Forderung aus Rechnung {invoice_number}: {reason}',
        '{outcome} Die Belastungsanzeige liegt als PDF bei.',
      ],
      rows: ['Belastungsanzeige', 'Rechnung', 'Betrag'],
    },
    'billing.document': {
      subject: '{title} {number} von {seller}',
      heading: 'Für Sie: {title}',
      action: 'Rechnungen ansehen',
      paragraphs: ['{outcome}', 'Das Dokument liegt als PDF bei.'],
      rows: ['Nummer', 'Betrag'],
    },
    'billing.paid_by_credit': {
      subject: 'Rechnung {number} ist aus Ihrem Guthaben bezahlt',
      heading: 'Ihr Guthaben hat {amount} bezahlt',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Es wurde nichts abgebucht, und nichts ist mehr zu zahlen. Die Rechnung liegt als PDF bei.',
      ],
      rows: ['Rechnung', 'Bezahlt am', 'Aus Guthaben'],
    },
    'billing.invoice': {
      subject: 'Rechnung {number} von {seller}: {amount}',
      heading: 'Ihre Rechnung über {amount}',
      action: '{amount} zahlen',
      paragraphs: ['Bitte zahlen Sie bis {due_on}. Die Rechnung liegt als PDF bei.'],
      rows: ['Rechnung', 'Fällig', 'Zu zahlen'],
    },
    'billing.payment_asked': {
      subject: '{seller} bittet um {amount}: {description}',
      heading: 'Bitte zahlen Sie {amount}',
      action: '{amount} zahlen',
      paragraphs: ['{what_for}', 'Zum Zahlen brauchen Sie kein Konto: Der Knopf führt zur Zahlungsseite.'],
      rows: ['Wofür', 'Betrag'],
    },
    'billing.payment_failed': {
      subject: 'Zahlung über {amount} ist fehlgeschlagen',
      heading: 'Ihre Zahlung ist fehlgeschlagen',
      action: 'Zahlungsart ändern',
      paragraphs: ['Wir konnten {amount} für Rechnung {number} nicht einziehen: {reason}', '{next_step}'],
      rows: [],
    },
    'billing.refund': {
      subject: 'Erstattung von {amount}',
      heading: 'Wir haben Ihnen {amount} zurückgezahlt',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Das Geld geht an die Zahlungsart, mit der Sie bezahlt haben. Banken brauchen einige Tage, bis sie es zeigen.',
      ],
      rows: [],
    },
    'billing.refund_returned': {
      subject: 'Ihre Erstattung von {amount} kam zu uns zurück',
      heading: 'Ihre Erstattung von {amount} hat Sie nicht erreicht',
      action: 'Rechnungen ansehen',
      paragraphs: [
        'Die Bank der Zahlungsart, mit der Sie bezahlt haben, hat uns das Geld zurückgeschickt. Es gehört weiterhin Ihnen.',
        'Was davon Ihr Guthaben war, ist wieder Ihr Guthaben. Für den Rest finden wir mit Ihnen einen anderen Weg.',
      ],
      rows: [],
    },
    'dunning.reminder': {
      subject: 'Erinnerung: Rechnung {number} über {amount}',
      heading: 'Rechnung {number} ist offen',
      action: '{amount} zahlen',
      paragraphs: ['{amount} sind fällig am {due_on}. {next_step}'],
      rows: ['Rechnung', 'Zu zahlen'],
    },
    'dunning.method_needed': {
      subject: 'Bitte nennen Sie uns eine andere Zahlungsart für {amount}',
      heading: 'Wir können Ihre Zahlungsart nicht mehr belasten',
      action: 'Zahlungsart hinzufügen',
      paragraphs: ['Fügen Sie eine andere hinzu; dann wird Rechnung {number} sofort eingezogen. {next_step}'],
      rows: ['Rechnung', 'Zu zahlen'],
    },
    'dunning.last_notice': {
      subject: 'Letzte Mahnung zu Rechnung {number}: {amount}',
      heading: '{amount} sind noch unbezahlt',
      action: '{amount} zahlen',
      paragraphs: ['Dies ist unsere letzte Mahnung zu Rechnung {number}. {next_step}'],
      rows: ['Rechnung', 'Zu zahlen'],
    },
  },
};
