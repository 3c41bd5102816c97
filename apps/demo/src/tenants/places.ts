export type Country = 'DE' | 'FR' | 'NL' | 'GB' | 'US';

type City = { name: string; postalCode: string; region?: string; timeZone: string };

const city =
  (timeZone: string) =>
  (name: string, postalCode: string, region?: string): City => ({
    name,
    postalCode,
    timeZone,
    ...(region ? { region } : {}),
  });

const inGermany = city('Europe/Berlin');
const inFrance = city('Europe/Paris');
const inTheNetherlands = city('Europe/Amsterdam');
const inBritain = city('Europe/London');
const inEasternUs = city('America/New_York');
const inCentralUs = city('America/Chicago');

/** Where the customers of the stories live and work. */
export const PLACES: Record<Country, { streets: readonly string[]; cities: readonly City[] }> = {
  DE: {
    streets: ['Gartenstraße', 'Am Markt', 'Schillerstraße', 'Bahnhofstraße', 'Lindenallee', 'Kirchweg'],
    cities: [
      inGermany('Hamburg', '20095'),
      inGermany('München', '80331'),
      inGermany('Köln', '50667'),
      inGermany('Leipzig', '04109'),
      inGermany('Bremen', '28195'),
    ],
  },
  FR: {
    streets: ['rue des Lilas', 'avenue Victor Hugo', 'rue de la Gare', 'quai Saint-Michel', 'rue du Moulin'],
    cities: [
      inFrance('Paris', '75011'),
      inFrance('Lyon', '69002'),
      inFrance('Bordeaux', '33000'),
      inFrance('Nantes', '44000'),
    ],
  },
  NL: {
    streets: ['Kerkstraat', 'Molenweg', 'Stationsplein', 'Prinsengracht', 'Dorpsstraat', 'Havenkade'],
    cities: [
      inTheNetherlands('Amsterdam', '1017 AB'),
      inTheNetherlands('Utrecht', '3511 AA'),
      inTheNetherlands('Rotterdam', '3011 CA'),
      inTheNetherlands('Den Haag', '2511 DP'),
      inTheNetherlands('Groningen', '9711 LM'),
    ],
  },
  GB: {
    streets: ['Mill Lane', 'Church Street', 'Station Road', 'Victoria Terrace', 'Orchard Way', 'High Street'],
    cities: [
      inBritain('London', 'E2 7DJ'),
      inBritain('Manchester', 'M4 1HQ'),
      inBritain('Bristol', 'BS1 4ST'),
      inBritain('Leeds', 'LS1 5DL'),
      inBritain('Edinburgh', 'EH1 2NG'),
    ],
  },
  US: {
    streets: ['Maple Street', 'Oak Avenue', 'Washington Street', 'Park Road', 'Elm Street', 'Second Avenue'],
    cities: [
      inEasternUs('Boston', '02116', 'MA'),
      inCentralUs('Chicago', '60614', 'IL'),
      inEasternUs('Atlanta', '30309', 'GA'),
      inCentralUs('Austin', '78701', 'TX'),
      inEasternUs('Philadelphia', '19103', 'PA'),
      inCentralUs('Minneapolis', '55401', 'MN'),
      inEasternUs('Raleigh', '27601', 'NC'),
    ],
  },
};
