//! What is said of deposits, fees, exempt clients and sales to staff.

super::messages! {
    DEPOSIT: "Deposit", "Anzahlung", "Acompte";
    TAKE_DEPOSIT: "Take a deposit", "Anzahlung nehmen", "Prendre un acompte";
    DEPOSIT_OF: "Deposit for {name}", "Anzahlung für {name}", "Acompte pour {name}";
    DEPOSIT_HOW: "Held until the ticket is paid, and taken off by itself then. It can be given back, or kept when nobody comes.", "Wird bis zum Bezahlen verwahrt und dann von selbst abgezogen. Sie kann zurückgegeben oder bei Nichterscheinen einbehalten werden.", "Conservé jusqu’au paiement, puis déduit automatiquement. Il peut être rendu, ou gardé si personne ne vient.";
    DEPOSIT_AMOUNT: "How much", "Wie viel", "Combien";
    DEPOSIT_ASKED: "As agreed {amount}", "Wie vereinbart {amount}", "Comme convenu {amount}";
    DEPOSIT_CHOOSE: "Say how much first.", "Bitte zuerst den Betrag festlegen.", "Indiquez d’abord le montant.";
    DEPOSIT_ALL: "All", "Alles", "Tout";
    NO_DEPOSIT: "No deposit, a payment", "Keine Anzahlung, sondern Zahlung", "Pas d’acompte, un paiement";
    HELD: "{amount} held", "{amount} angezahlt", "{amount} d’acompte";
    HELD_NOW: "Deposit held", "Anzahlung verwahrt", "Acompte conservé";
    HELD_FOR_NOBODY: "The visit does not take place and {amount} is held for it. Give it back, or keep it.", "Der Termin findet nicht statt, {amount} sind angezahlt. Zurückgeben oder einbehalten.", "Le rendez-vous n’a pas lieu et {amount} d’acompte est conservé. Rendez-le ou gardez-le.";
    KEEP: "Keep it as a fee", "Als Gebühr einbehalten", "Garder en frais";
    KEEP_HOW: "All of it is kept, with its tax, on a receipt.", "Alles wird einbehalten, mit Steuer und Beleg.", "Tout est gardé, taxe comprise, avec un ticket.";
    KEPT: "{amount} kept, receipt {number}", "{amount} einbehalten, Beleg {number}", "{amount} gardé, ticket {number}";
    DEPOSITS: "Deposits held", "Verwahrte Anzahlungen", "Acomptes conservés";
    NO_DEPOSITS: "No deposit is held.", "Es ist keine Anzahlung verwahrt.", "Aucun acompte n’est conservé.";
    DEPOSITS_SUM: "Held in all", "Insgesamt verwahrt", "Total conservé";
    DEPOSITS_OPEN: "To be decided", "Zu entscheiden", "À décider";
    VISIT_AT: "Visit {date} {time}", "Termin {date} {time}", "Rendez-vous {date} {time}";
    TAKEN_ON: "Taken {date}", "Genommen {date}", "Pris le {date}";
    VISIT_SOLD: "This visit was paid for already, with receipt {number}.", "Dieser Termin ist schon bezahlt, mit Beleg {number}.", "Ce rendez-vous est déjà payé, avec le ticket {number}.";

    FEE: "Fee", "Gebühr", "Frais";
    CHARGE_FEE: "Charge a fee", "Gebühr berechnen", "Facturer des frais";
    FEE_NAME: "What for", "Wofür", "Pour quoi";
    FEE_OTHER: "Another fee", "Andere Gebühr", "Autres frais";
    FEES_NONE: "The branch has no fees of its own. They are set up in its settings.", "Die Filiale hat keine eigenen Gebühren. Sie werden in ihren Einstellungen angelegt.", "L’établissement n’a pas de frais. Ils se règlent dans ses paramètres.";
    OF_TICKET: "{percent} of the ticket", "{percent} vom Bon", "{percent} du ticket";

    EXEMPT: "Exempt from tax", "Steuerbefreit", "Exonéré de taxe";
    EXEMPT_BUT_TAXED: "Exempt, but tax is charged on this ticket", "Befreit, aber dieser Bon wird besteuert", "Exonéré, mais ce ticket est taxé";
    CHARGE_TAX: "Charge tax", "Steuer berechnen", "Facturer la taxe";
    USE_EXEMPTION: "Use the exemption", "Befreiung anwenden", "Appliquer l’exonération";
    TAX_TAKEN_OUT: "Tax taken out", "Steuer abgezogen", "Taxe déduite";

    STAFF_SHORT: "Staff", "Personal", "Personnel";
    STAFF_PRICE: "Staff price", "Mitarbeiterpreis", "Prix personnel";
    STAFF_WHO: "Who buys", "Wer kauft", "Qui achète";
    STAFF_WHY: "What for", "Wofür", "Pour quoi";
    SOLD_TO_STAFF: "Sold to {name}", "Verkauf an {name}", "Vendu à {name}";

    STANDING: "Taxes and staff", "Steuern und Team", "Taxes et équipe";
    FIELD_EXEMPT_REASON: "Exempt from tax because", "Steuerbefreit, weil", "Exonéré de taxe car";
    FIELD_EXEMPT_NUMBER: "Number of the certificate", "Nummer des Nachweises", "Numéro du justificatif";
    FIELD_EXEMPT_UNTIL: "Valid until", "Gültig bis", "Valable jusqu’au";
    FIELD_STAFF: "Works here as", "Arbeitet hier als", "Travaille ici comme";
    NOBODY: "Nobody of the team", "Niemand aus dem Team", "Personne de l’équipe";
    MANAGERS_ONLY: "Only managers change this.", "Das ändern nur Leitende.", "Réservé aux responsables.";
}
