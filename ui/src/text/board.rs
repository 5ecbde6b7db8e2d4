//! The book's views besides the day, its filters, paper and undo.

super::messages! {
    VIEW: "View", "Ansicht", "Vue";
    VIEW_DAY: "Day", "Tag", "Jour";
    VIEW_WEEK: "Week", "Woche", "Semaine";
    VIEW_MONTH: "Month", "Monat", "Mois";
    VIEW_LIST: "List", "Liste", "Liste";
    PREVIOUS_WEEK: "Previous week", "Vorige Woche", "Semaine précédente";
    NEXT_WEEK: "Next week", "Nächste Woche", "Semaine suivante";
    PREVIOUS_PERSON: "Previous person", "Vorige Person", "Personne précédente";
    NEXT_PERSON: "Next person", "Nächste Person", "Personne suivante";
    WHOSE_WEEK: "Whose week", "Wessen Woche", "La semaine de";
    WEEK_EMPTY: "{name} has nothing booked this week. Click a time to begin.", "{name} hat diese Woche nichts gebucht. Auf eine Uhrzeit klicken.", "{name} n’a rien de réservé cette semaine. Cliquez sur une heure.";
    DAYS_OFF: "Off", "Frei", "Absence";
    CLOSED: "Closed", "Geschlossen", "Fermé";

    MONTH_GRID: "Month, arrow keys go from day to day", "Monat, Pfeiltasten gehen von Tag zu Tag", "Mois, les flèches passent d’un jour à l’autre";
    MONTH_SUM_ONE: "{n} booking this month", "{n} Termin in diesem Monat", "{n} rendez-vous ce mois";
    MONTH_SUM_MANY: "{n} bookings this month", "{n} Termine in diesem Monat", "{n} rendez-vous ce mois";
    MONTH_EMPTY: "Nothing is booked in this month yet.", "In diesem Monat ist noch nichts gebucht.", "Rien n’est réservé ce mois-ci.";
    BOOKED_SHARE: "{share} booked", "{share} gebucht", "{share} réservé";
    NOBODY_WORKS: "Nobody works", "Niemand arbeitet", "Personne ne travaille";
    CLASH_ONE: "{n} clash", "{n} Überschneidung", "{n} conflit";
    CLASH_MANY: "{n} clashes", "{n} Überschneidungen", "{n} conflits";

    LIST: "Bookings as a list", "Termine als Liste", "Rendez-vous en liste";
    LIST_SPAN: "Days in the list", "Tage der Liste", "Jours de la liste";
    FIND: "Client, phone or service", "Name, Telefon oder Leistung", "Client, téléphone ou prestation";
    EVERYBODY: "Everybody", "Alle", "Tout le monde";
    WHO: "With", "Bei", "Avec";
    STATUS: "Status", "Stand", "État";
    SORT_BY: "Sort by {name}", "Nach {name} sortieren", "Trier par {name}";
    LIST_EMPTY: "Nothing is booked in these days.", "An diesen Tagen ist nichts gebucht.", "Rien n’est réservé ces jours-là.";
    LIST_NONE_FIT: "No booking fits this filter. There are {n} without it.", "Kein Termin passt zum Filter. Ohne ihn sind es {n}.", "Aucun rendez-vous ne correspond. Sans filtre : {n}.";
    CLEAR_FILTER: "Show all", "Alle zeigen", "Tout afficher";
    SHOWN_OF: "{n} of {total}", "{n} von {total}", "{n} sur {total}";
    SHOW_MORE: "Show more", "Mehr zeigen", "Afficher plus";

    FILTER: "Filter", "Filter", "Filtre";
    FILTERED: "Filtered: others are hidden", "Gefiltert: Andere sind verborgen", "Filtré : d’autres sont masqués";
    COLOUR_BY: "Colour by", "Farbe nach", "Couleur par";
    BY_STATUS: "Status", "Stand", "État";
    BY_CATEGORY: "Service", "Leistung", "Prestation";
    COLUMNS_BY: "Columns", "Spalten", "Colonnes";
    BY_STYLIST: "Stylists", "Personen", "Personnes";
    BY_PLACE: "Rooms and chairs", "Räume und Plätze", "Salles et fauteuils";
    ROOM: "Room {name}", "Raum {name}", "Salle {name}";
    CHAIR: "Chair {name}", "Platz {name}", "Fauteuil {name}";
    NO_PLACE: "No room", "Ohne Raum", "Sans salle";
    OFFLINE: "Offline: this is what is known on this terminal.", "Offline: Das ist der Stand dieses Terminals.", "Hors ligne : voici ce que ce terminal connaît.";

    PRINT_DAY: "Day as PDF", "Tag als PDF", "Jour en PDF";

    BREAKS_TAKEN: "Taken then", "Dann belegt", "Déjà pris";
    BREAKS_OFF: "Not working then", "Arbeitet dann nicht", "Ne travaille pas";
    DURATION: "Duration", "Dauer", "Durée";
    RESIZED: "{name} now takes {time}", "{name} dauert jetzt {time}", "{name} dure maintenant {time}";
    UNDONE_MADE: "Booking of {name} taken back", "Termin von {name} zurückgenommen", "Rendez-vous de {name} repris";
    UNDONE_MOVED: "{name} is back at {time}", "{name} ist wieder um {time}", "{name} est de retour à {time}";
    UNDONE_RESIZED: "{name} takes as long as before", "{name} dauert so lang wie zuvor", "{name} dure comme avant";
    UNDONE_STATUS: "{name}: {status} again", "{name}: wieder {status}", "{name} : de nouveau {status}";
    CHANGED_SINCE: "Somebody changed this booking since, so it is left as it is.", "Dieser Termin wurde seither geändert und bleibt, wie er ist.", "Ce rendez-vous a changé depuis, il reste tel quel.";
    CHANGED_SINCE_BY: "{name} changed this booking since, so it is left as it is.", "{name} hat diesen Termin seither geändert; er bleibt, wie er ist.", "{name} a changé ce rendez-vous depuis, il reste tel quel.";
    NOTHING_TO_UNDO: "There is nothing to undo in the book.", "Im Kalender gibt es nichts rückgängig zu machen.", "Il n’y a rien à annuler dans l’agenda.";
}
