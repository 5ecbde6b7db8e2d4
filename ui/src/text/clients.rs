super::messages! {
    FIND: "Find a client", "Kundin, Kunden suchen", "Chercher un client";
    FIND_HOW: "Type a piece of a name, a phone number or an email.", "Teil des Namens, der Telefonnummer oder E-Mail eingeben.", "Tapez un bout de nom, de téléphone ou d’e-mail.";
    NEW: "New client", "Neu anlegen", "Nouveau client";
    NOBODY_FOUND: "No client matches. Create a new one?", "Niemand gefunden. Neu anlegen?", "Aucun client trouvé. En créer un ?";
    CHOOSE: "Choose a client on the left.", "Links jemanden auswählen.", "Choisissez un client à gauche.";
    LAST_VISIT: "Last visit {date}", "Zuletzt {date}", "Dernière visite {date}";
    FIELD_GIVEN: "First name", "Vorname", "Prénom";
    FIELD_FAMILY: "Last name", "Nachname", "Nom";
    FIELD_PHONE: "Phone", "Telefon", "Téléphone";
    FIELD_EMAIL: "Email", "E-Mail", "E-mail";
    FIELD_BIRTHDAY: "Birthday", "Geburtstag", "Anniversaire";
    FIELD_ALLERGY: "Allergies", "Allergien", "Allergies";
    FIELD_FORMULA: "Colour formula", "Farbrezept", "Formule couleur";
    FIELD_NOTE: "Note", "Notiz", "Note";
    SAVE_CHANGES_ONE: "Save {n} change", "{n} Änderung speichern", "Enregistrer {n} changement";
    SAVE_CHANGES_MANY: "Save {n} changes", "{n} Änderungen speichern", "Enregistrer {n} changements";
    DISCARD: "Discard", "Verwerfen", "Abandonner";
    BEFORE: "Before: {value}", "Vorher: {value}", "Avant : {value}";
    VISITS: "Visits", "Besuche", "Visites";
    NO_SHOWS: "No-shows", "Nicht erschienen", "Absences";
    SPENT: "Spent", "Umsatz", "Dépensé";
    APPOINTMENTS: "Appointments", "Termine", "Rendez-vous";
    NO_APPOINTMENTS: "No visits yet.", "Noch keine Besuche.", "Pas encore de visite.";
    SALES: "Purchases", "Einkäufe", "Achats";
    NO_SALES: "Nothing bought yet.", "Noch nichts gekauft.", "Pas encore d’achat.";
    BOOK_FOR: "Book", "Termin", "Réserver";
    SELL_TO: "Sell", "Verkaufen", "Vendre";
}
