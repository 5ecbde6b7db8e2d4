//! Stock, team, reports, settings.

super::messages! {
    FIND_PRODUCT: "Find a product", "Produkt suchen", "Chercher un produit";
    LOW_ONLY: "Low only", "Nur knappe", "Seulement les bas";
    STOCK_EMPTY: "No products yet.", "Noch keine Produkte.", "Pas encore de produits.";
    STOCK_ALL_WELL: "Nothing is low.", "Nichts ist knapp.", "Rien n’est bas.";
    PRODUCT: "Product", "Produkt", "Produit";
    SKU: "SKU", "Art.-Nr.", "Réf.";
    LEVEL: "In stock", "Bestand", "En stock";
    PAR: "Min – max", "Min – max", "Min – max";
    REORDER: "To order", "Bestellen", "À commander";
    PRICE: "Price", "Preis", "Prix";
    LOW: "Low", "Knapp", "Bas";
    BELOW_ZERO: "Below zero: count it", "Unter null: bitte zählen", "Sous zéro : à compter";

    NOT_IN: "Not in today", "Heute nicht da", "Absente aujourd’hui";
    TEAM_TODAY: "Team today", "Team heute", "Équipe aujourd’hui";
    NEXT_CLIENT: "Next: {name} at {time}", "Als Nächstes: {name} um {time}", "Ensuite : {name} à {time}";
    NO_MORE: "No more clients today", "Heute niemand mehr", "Plus personne aujourd’hui";
    BOOKED_SHARE: "{percent} booked", "{percent} gebucht", "{percent} réservé";

    SALES_OF: "Sales", "Verkäufe", "Ventes";
    NO_SALES: "No sales on this day.", "Keine Verkäufe an diesem Tag.", "Aucune vente ce jour.";
    RECEIPT: "Receipt", "Beleg", "Ticket";
    TENDER_CASH: "Cash", "Bar", "Espèces";
    TENDER_CARD: "Card", "Karte", "Carte";
    TENDER_MIXED: "Mixed", "Gemischt", "Mixte";
    OTHER_TERMINAL: "at another terminal", "an anderem Terminal", "sur un autre terminal";
    DAY_TOTAL: "Total of the day", "Tagessumme", "Total du jour";
    AVERAGE: "Average", "Durchschnitt", "Moyenne";

    DRAWER_REASON: "Counter change", "Geldwechsel", "Monnaie";

    APPEARANCE: "Appearance", "Darstellung", "Apparence";
    THEME_SYSTEM: "As the system", "Wie das System", "Comme le système";
    THEME_LIGHT: "Light", "Hell", "Clair";
    THEME_DARK: "Dark", "Dunkel", "Sombre";
    LANGUAGE: "Language", "Sprache", "Langue";
    ABOUT: "About", "Über", "À propos";
    TERMINAL_NAME: "Terminal", "Terminal", "Terminal";
    BRANCH: "Branch", "Filiale", "Salon";
    VERSION: "Version", "Version", "Version";
    KEYS: "Keys", "Tasten", "Touches";
    KEY_SCREENS: "Screens", "Bereiche", "Écrans";
    KEY_SEARCH: "Search (or just type)", "Suchen (oder einfach tippen)", "Chercher (ou tapez)";
    KEY_NEW: "New booking", "Neuer Termin", "Nouveau rendez-vous";
    KEY_TODAY: "Today", "Heute", "Aujourd’hui";
    KEY_DAYS: "Previous and next day", "Voriger und nächster Tag", "Jour précédent et suivant";
    KEY_ARROWS: "From appointment to appointment", "Von Termin zu Termin", "De rendez-vous en rendez-vous";
    KEY_ESCAPE: "Close, cancel", "Schließen, abbrechen", "Fermer, annuler";
}
