import type { MailWords } from './mail-words.ts';

export const nl: MailWords = {
  sentences: {
    for_invoice: 'Die is voor factuur {number}.',
    still_to_pay: 'Daarvan is nog {amount} te betalen.',
    overpaid:
      '{amount} was meer dan verschuldigd. Het is uw tegoed: het betaalt open facturen en verlaagt de volgende, of wij betalen het op verzoek terug.',
    no_retry: 'Wij proberen het niet vanzelf opnieuw. Betaal met een andere kaart.',
    retry_on: 'Wij proberen het opnieuw op {date}. U kunt eerder met een andere kaart betalen.',
    less_to_pay: 'Van deze factuur is {amount} minder te betalen.',
    goes_back: '{amount} gaat terug naar de betaalmethode waarmee u betaalde.',
    pays_others: '{amount} betaalt uw andere open facturen en verlaagt daarna de volgende.',
    held_for_you: 'Het is een waarborgsom. Die wordt voor u bewaard tot hij wordt verrekend of teruggestort.',
    lowers_invoices: 'Zodra het betaald is, is het uw tegoed en verlaagt het uw volgende facturen.',
    pay_any_time: 'U kunt haar op elk moment betalen.',
    limit_access: 'Blijft zij onbetaald, dan wordt uw toegang op {date} beperkt.',
    suspend_access: 'Blijft zij onbetaald, dan wordt uw toegang op {date} opgeschort.',
    cancel: 'Blijft zij onbetaald, dan eindigt uw abonnement op {date}.',
    insufficient_funds: 'er stond niet genoeg geld op de kaart.',
    expired_card: 'de kaart is verlopen.',
    incorrect_cvc: 'de beveiligingscode klopte niet.',
    authentication_required: 'uw bank wil dat u de betaling bevestigt.',
    declined: 'uw bank heeft de kaart geweigerd.',
  },
  mails: {
    'billing.receipt': {
      subject: 'Kwitantie voor factuur {number}: {amount}',
      heading: 'Dank u. {amount} ontvangen.',
      action: 'Facturen bekijken',
      paragraphs: ['Uw betaling aan {seller} is aangekomen. De factuur is als PDF bijgevoegd.'],
      rows: ['Factuur', 'Betaald op', 'Bedrag'],
    },
    'billing.payment_received': {
      subject: 'Kwitantie van {seller}: {amount}',
      heading: 'Dank u. {amount} ontvangen.',
      action: 'Facturen bekijken',
      paragraphs: ['{outcome}', 'De kwitantie is als PDF bijgevoegd.'],
      rows: ['Betaald op', 'Bedrag'],
    },
    'billing.credit': {
      subject: 'Tegoed van {amount} van {seller}',
      heading: 'Wij hebben u {amount} gecrediteerd',
      action: 'Facturen bekijken',
      paragraphs: [
        'Het tegoed betaalt eerst open facturen; de rest verlaagt de volgende. Het document is als PDF bijgevoegd.',
      ],
      rows: ['Document', 'Datum', 'Tegoed'],
    },
    'billing.credit_note': {
      subject: 'Creditnota {number} van {seller}: {amount}',
      heading: 'Wij hebben u {amount} gecrediteerd',
      action: 'Facturen bekijken',
      paragraphs: [
        'Dit neemt factuur {invoice_number} geheel of deels terug: {reason}',
        '{outcome} De creditnota is als PDF bijgevoegd.',
      ],
      rows: ['Creditnota', 'Factuur', 'Gecrediteerd'],
    },
    'billing.paid_by_credit': {
      subject: 'Factuur {number} is betaald uit uw tegoed',
      heading: 'Uw tegoed heeft {amount} betaald',
      action: 'Facturen bekijken',
      paragraphs: [
        'Er is niets afgeschreven en er is niets meer te betalen. De factuur is als PDF bijgevoegd.',
      ],
      rows: ['Factuur', 'Betaald op', 'Uit tegoed'],
    },
    'billing.invoice': {
      subject: 'Factuur {number} van {seller}: {amount}',
      heading: 'Uw factuur van {amount}',
      action: '{amount} betalen',
      paragraphs: ['Betaal uiterlijk {due_on}. De factuur is als PDF bijgevoegd.'],
      rows: ['Factuur', 'Vervaldatum', 'Te betalen'],
    },
    'billing.payment_asked': {
      subject: '{seller} vraagt u om {amount}: {description}',
      heading: 'Betaal alstublieft {amount}',
      action: '{amount} betalen',
      paragraphs: [
        '{what_for}',
        'U hebt geen account nodig om te betalen: de knop leidt naar de betaalpagina.',
      ],
      rows: ['Waarvoor', 'Bedrag'],
    },
    'billing.payment_failed': {
      subject: 'Betaling van {amount} is mislukt',
      heading: 'Uw betaling is mislukt',
      action: 'Betaalmethode wijzigen',
      paragraphs: ['Wij konden {amount} voor factuur {number} niet incasseren: {reason}', '{next_step}'],
      rows: [],
    },
    'billing.refund': {
      subject: 'Terugbetaling van {amount}',
      heading: 'Wij hebben u {amount} terugbetaald',
      action: 'Facturen bekijken',
      paragraphs: [
        'Het geld gaat naar de betaalmethode waarmee u betaalde. Banken hebben enkele dagen nodig om het te tonen.',
      ],
      rows: [],
    },
    'dunning.reminder': {
      subject: 'Herinnering: factuur {number} van {amount}',
      heading: 'Factuur {number} staat open',
      action: '{amount} betalen',
      paragraphs: ['{amount} vervalt op {due_on}. {next_step}'],
      rows: ['Factuur', 'Te betalen'],
    },
    'dunning.method_needed': {
      subject: 'Geef ons een andere betaalmethode voor {amount}',
      heading: 'Wij kunnen uw betaalmethode niet meer belasten',
      action: 'Betaalmethode toevoegen',
      paragraphs: ['Voeg een andere toe en factuur {number} wordt meteen geïncasseerd. {next_step}'],
      rows: ['Factuur', 'Te betalen'],
    },
    'dunning.last_notice': {
      subject: 'Laatste aanmaning voor factuur {number}: {amount}',
      heading: '{amount} is nog niet betaald',
      action: '{amount} betalen',
      paragraphs: ['Dit is onze laatste aanmaning voor factuur {number}. {next_step}'],
      rows: ['Factuur', 'Te betalen'],
    },
  },
};
