use super::{Msg, messages};

pub const WEEKDAYS: [Msg; 7] = [
    Msg(["Monday", "Montag", "lundi"]),
    Msg(["Tuesday", "Dienstag", "mardi"]),
    Msg(["Wednesday", "Mittwoch", "mercredi"]),
    Msg(["Thursday", "Donnerstag", "jeudi"]),
    Msg(["Friday", "Freitag", "vendredi"]),
    Msg(["Saturday", "Samstag", "samedi"]),
    Msg(["Sunday", "Sonntag", "dimanche"]),
];

pub const MONTHS: [Msg; 12] = [
    Msg(["January", "Januar", "janvier"]),
    Msg(["February", "Februar", "février"]),
    Msg(["March", "März", "mars"]),
    Msg(["April", "April", "avril"]),
    Msg(["May", "Mai", "mai"]),
    Msg(["June", "Juni", "juin"]),
    Msg(["July", "Juli", "juillet"]),
    Msg(["August", "August", "août"]),
    Msg(["September", "September", "septembre"]),
    Msg(["October", "Oktober", "octobre"]),
    Msg(["November", "November", "novembre"]),
    Msg(["December", "Dezember", "décembre"]),
];

messages! {
    PRODUCT_NAME: "Pink Blueberry", "Pink Blueberry", "Pink Blueberry";
    LOADING: "Loading…", "Wird geladen …", "Chargement…";
    RELOAD: "Load it again", "Neu laden", "Recharger";
    STOPPED: "This screen has stopped", "Diese Anzeige steht still", "Cet écran s’est arrêté";
    STOPPED_HINT: "It is our fault. What was paid, booked and saved is kept; what was being typed is not.", "Das ist unser Fehler. Was bezahlt, gebucht und gespeichert ist, bleibt; was gerade getippt wurde, nicht.", "C’est notre faute. Ce qui est payé, réservé et enregistré reste ; ce qui était en cours de saisie, non.";
    TRY_AGAIN: "Try again", "Nochmals versuchen", "Réessayer";
    UNDO: "Undo", "Rückgängig", "Annuler l’action";
    CLOSE: "Close", "Schließen", "Fermer";
    CANCEL: "Cancel", "Abbrechen", "Annuler";
    SAVE: "Save", "Speichern", "Enregistrer";
    SAVED: "Saved", "Gespeichert", "Enregistré";
    BACK: "Back", "Zurück", "Retour";
    REMOVE: "Remove", "Entfernen", "Retirer";
    TODAY: "Today", "Heute", "Aujourd’hui";
    NOTHING_FOUND: "Nothing found", "Nichts gefunden", "Aucun résultat";
    WALK_IN_CLIENT: "No client card", "Ohne Kundenkarte", "Sans fiche client";
    TIME: "Time", "Uhrzeit", "Heure";
    REASON: "Reason", "Grund", "Motif";
    AMOUNT: "Amount", "Betrag", "Montant";
    TOTAL: "Total", "Summe", "Total";
    PREVIOUS_MONTH: "Previous month", "Voriger Monat", "Mois précédent";
    NEXT_MONTH: "Next month", "Nächster Monat", "Mois suivant";
    OF_MONTH: "{month} {year}", "{month} {year}", "{month} {year}";

    // Signing in
    WHO_IS_THERE: "Who is at the desk?", "Wer ist am Empfang?", "Qui est à l’accueil ?";
    ENTER_PIN: "PIN for {name}", "PIN für {name}", "Code de {name}";
    PIN: "PIN", "PIN", "Code";
    PIN_DIGITS_TYPED: "{n} digits typed", "{n} Ziffern eingegeben", "{n} chiffres saisis";
    DELETE_DIGIT: "Delete the last digit", "Letzte Ziffer löschen", "Effacer le dernier chiffre";
    SIGN_IN: "Sign in", "Anmelden", "Se connecter";
    SOMEONE_ELSE: "Someone else", "Jemand anderes", "Quelqu’un d’autre";
    NO_PIN: "No PIN yet", "Noch keine PIN", "Pas encore de code";
    DEMO_HINT: "Demo salon, invented data. PINs: Rosa 1111, Mira 2222, Nele 6666.", "Demo-Salon, erfundene Daten. PINs: Rosa 1111, Mira 2222, Nele 6666.", "Salon de démonstration, données inventées. Codes : Rosa 1111, Mira 2222, Nele 6666.";
    DEMO_DATA: "Demo salon, invented data.", "Demo-Salon, erfundene Daten.", "Salon de démonstration, données inventées.";
    NO_STAFF: "Nobody can sign in here yet. Add staff in the console and sync.", "Hier kann sich noch niemand anmelden. Team in der Konsole anlegen und synchronisieren.", "Personne ne peut encore se connecter. Ajoutez l’équipe dans la console, puis synchronisez.";
    SECRETS_IN_FILE: "No system keyring: this terminal’s secrets are kept in a protected file.", "Kein Schlüsselbund: Die Geheimnisse dieses Terminals liegen in einer geschützten Datei.", "Pas de trousseau système : les secrets de ce terminal sont dans un fichier protégé.";
    CLOCK_WAS_SET_BACK: "This computer’s clock is behind the last entry. Set date and time before you sell.", "Die Uhr dieses Rechners geht hinter dem letzten Eintrag. Vor dem Verkaufen Datum und Zeit stellen.", "L’horloge retarde sur la dernière écriture. Réglez la date et l’heure avant de vendre.";
    NOT_ENROLLED_TITLE: "This terminal is not enrolled yet", "Dieses Terminal ist noch nicht angemeldet", "Ce terminal n’est pas encore enrôlé";
    NOT_ENROLLED_HOW: "Make an enrolment code in the console under Devices and start the terminal with it.", "In der Konsole unter Geräte einen Code erzeugen und das Terminal damit starten.", "Créez un code dans la console sous Appareils et démarrez le terminal avec.";
    ROLE_ADMIN: "Owner", "Inhaberin", "Propriétaire";
    ROLE_MANAGER: "Manager", "Leitung", "Responsable";
    ROLE_STYLIST: "Stylist", "Stylistin", "Coiffeuse";
    ROLE_RECEPTIONIST: "Front desk", "Empfang", "Accueil";
    ROLE_ASSISTANT: "Assistant", "Assistenz", "Assistante";

    // The shell
    NAV: "Screens", "Bereiche", "Écrans";
    NAV_BOOK: "Book", "Kalender", "Agenda";
    NAV_TILL: "Till", "Kasse", "Caisse";
    NAV_CLIENTS: "Clients", "Kunden", "Clients";
    NAV_STOCK: "Stock", "Lager", "Stock";
    NAV_TEAM: "Team", "Team", "Équipe";
    NAV_REPORTS: "Reports", "Berichte", "Rapports";
    NAV_DEVICES: "Devices", "Geräte", "Appareils";
    NAV_SETTINGS: "Settings", "Einstellungen", "Réglages";
    SEARCH_HINT: "Search clients, services, products, receipts", "Kunden, Leistungen, Produkte, Belege suchen", "Chercher clients, prestations, produits, tickets";
    SEARCH_CLIENTS: "Clients", "Kunden", "Clients";
    SEARCH_SERVICES: "Services", "Leistungen", "Prestations";
    SEARCH_PRODUCTS: "Products", "Produkte", "Produits";
    SEARCH_RECEIPTS: "Receipts", "Belege", "Tickets";
    SWITCH_PERSON: "Switch person", "Person wechseln", "Changer de personne";
    CLASHES_ONE: "{n} clash in the book", "{n} Überschneidung im Kalender", "{n} conflit dans l’agenda";
    CLASHES_MANY: "{n} clashes in the book", "{n} Überschneidungen im Kalender", "{n} conflits dans l’agenda";
    UNKNOWN_CARDS_ONE: "{n} card payment to clear up", "{n} Kartenzahlung zu klären", "{n} paiement par carte à éclaircir";
    UNKNOWN_CARDS_MANY: "{n} card payments to clear up", "{n} Kartenzahlungen zu klären", "{n} paiements par carte à éclaircir";
    DEVICE_BADGE: "{device}: {cause}", "{device}: {cause}", "{device} : {cause}";
    LINK_AWAY: "The terminal program does not answer. It is being asked again and again.", "Das Terminal-Programm antwortet nicht. Es wird laufend erneut gefragt.", "Le programme du terminal ne répond pas. Nouvelle tentative en continu.";

    // Sync
    SYNC_LOCAL: "This terminal only", "Nur dieses Terminal", "Ce terminal seul";
    SYNC_OFFLINE: "Offline", "Offline", "Hors ligne";
    SYNC_CONNECTING: "Connecting", "Verbindet", "Connexion";
    SYNC_SYNCING: "Syncing", "Synchronisiert", "Synchronisation";
    SYNC_SYNCED: "Synced", "Synchron", "À jour";
    SYNC_REFUSED: "Refused", "Abgewiesen", "Refusé";
    SYNC_TITLE: "Sync", "Synchronisation", "Synchronisation";
    SYNC_NOW: "Sync now", "Jetzt synchronisieren", "Synchroniser maintenant";
    SYNC_PENDING_ONE: "{n} change waits to be sent", "{n} Änderung wartet", "{n} changement en attente";
    SYNC_PENDING_MANY: "{n} changes wait to be sent", "{n} Änderungen warten", "{n} changements en attente";
    SYNC_LAST: "Everything was last synced at {time}", "Zuletzt alles synchron um {time}", "Dernière synchronisation complète à {time}";
    SYNC_NEVER: "Not synced yet", "Noch nie synchronisiert", "Pas encore synchronisé";
    SYNC_LOCAL_WHY: "No server is set up. Everything is kept on this terminal.", "Kein Server eingerichtet. Alles bleibt auf diesem Terminal.", "Aucun serveur configuré. Tout est gardé sur ce terminal.";
    SYNC_OFFLINE_WHY: "No connection. Keep working: everything is kept here and sent later by itself.", "Keine Verbindung. Einfach weiterarbeiten: Alles ist hier gesichert und wird später gesendet.", "Pas de connexion. Continuez : tout est gardé ici et sera envoyé plus tard.";
    SYNC_CONNECTING_WHY: "Reaching the server.", "Der Server wird gerufen.", "Connexion au serveur.";
    SYNC_SYNCING_WHY: "Sending and fetching changes.", "Änderungen werden gesendet und geholt.", "Envoi et réception des changements.";
    SYNC_SYNCED_WHY: "Everything from here is on the server.", "Alles von hier ist auf dem Server.", "Tout est sur le serveur.";
    SYNC_REFUSED_WHY: "The server will not have this terminal: it was revoked, or its version is too old. Ask the owner. Nothing here is lost.", "Der Server lehnt dieses Terminal ab: gesperrt oder zu alt. Bitte die Inhaberin fragen. Hier geht nichts verloren.", "Le serveur refuse ce terminal : révoqué ou trop ancien. Demandez à la propriétaire. Rien n’est perdu.";
}
