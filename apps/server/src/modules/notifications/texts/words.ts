import { conventionsOf, type Language } from '@billhook/core/documents/language';
import { fill } from '@billhook/core/documents/words';

/** What is texted about an unpaid invoice. It names the seller and the way to have no more, as networks ask for. */
const UNPAID: Readonly<Record<Language, string>> = {
  en: '{seller}: {document} {number} over {amount} is unpaid. Pay here: {url} No more texts: reply STOP.',
  de: '{seller}: {document} {number} über {amount} ist offen. Hier zahlen: {url} Keine SMS mehr: STOP antworten.',
  es: '{seller}: la {document} {number} de {amount} está pendiente. Pague aquí: {url} Para no recibir más: responda STOP.',
  fr: '{seller} : la {document} {number} de {amount} est impayée. Payez ici : {url} Pour arrêter : répondez STOP.',
  it: '{seller}: la {document} {number} di {amount} non è pagata. Paghi qui: {url} Per non riceverne più: risponda STOP.',
  nl: '{seller}: {document} {number} van {amount} is niet betaald. Betaal hier: {url} Geen sms meer: antwoord STOP.',
};

export function unpaidText(
  locale: string,
  facts: { seller: string; document: string; number: string; amount: string; url: string },
): string {
  return fill(UNPAID[conventionsOf(locale).language], facts);
}
