//! What is said of memberships.

super::messages! {
    MEMBERSHIP: "Membership", "Mitgliedschaft", "Abonnement";
    SHORT: "Membership", "Abo", "Abo";
    MEMBERSHIPS: "Memberships", "Mitgliedschaften", "Abonnements";
    TAB: "Plans", "Abos", "Formules";
    NONE: "No membership yet.", "Noch keine Mitgliedschaft.", "Pas encore d’abonnement.";
    NONE_HERE: "This client has no membership. Sell one from the list, or take the money.", "Diese Kundin hat keine Mitgliedschaft. Eine aus der Liste verkaufen oder normal kassieren.", "Ce client n’a pas d’abonnement. Vendez-en un depuis la liste ou encaissez.";

    ACTIVE: "Active", "Aktiv", "Actif";
    GRACE: "Not paid yet", "Noch nicht bezahlt", "Pas encore payé";
    ARREARS: "In arrears", "Im Rückstand", "En retard";
    PAUSED: "Paused", "Pausiert", "Suspendu";
    ENDED: "Ended", "Beendet", "Terminé";
    NOT_STARTED: "Not begun", "Noch nicht begonnen", "Pas commencé";

    SINCE: "since {date}", "seit {date}", "depuis le {date}";
    PERIOD: "This period: {from} – {until}", "Dieser Zeitraum: {from} – {until}", "Cette période : {from} – {until}";
    ENDS: "Cancelled, ends {date}", "Gekündigt, endet am {date}", "Résilié, se termine le {date}";
    PAUSED_FROM: "Paused from {date}", "Pausiert ab {date}", "Suspendu dès le {date}";
    EACH_WEEK: "{amount} a week", "{amount} pro Woche", "{amount} par semaine";
    EACH_WEEKS: "{amount} every {n} weeks", "{amount} alle {n} Wochen", "{amount} toutes les {n} semaines";
    EACH_MONTH: "{amount} a month", "{amount} pro Monat", "{amount} par mois";
    EACH_MONTHS: "{amount} every {n} months", "{amount} alle {n} Monate", "{amount} tous les {n} mois";
    EACH_YEAR: "{amount} a year", "{amount} pro Jahr", "{amount} par an";

    SERVICES_OFF: "{percent} off services", "{percent} auf Dienstleistungen", "{percent} sur les prestations";
    PRODUCTS_OFF: "{percent} off products", "{percent} auf Produkte", "{percent} sur les produits";
    LEFT_OF: "{name}: {left} of {units} left this period", "{name}: noch {left} von {units} in diesem Zeitraum", "{name} : reste {left} sur {units} cette période";
    USE: "Use one: {name}", "Eine nutzen: {name}", "En utiliser une : {name}";
    INCLUDED: "Membership", "Mitgliedschaft", "Abonnement";

    DUE_SINCE: "{name}: due since {date}", "{name}: fällig seit {date}", "{name} : dû depuis le {date}";
    PAY_DUE: "Pay {amount}", "{amount} zahlen", "Payer {amount}";
    PAY_AHEAD: "Pay ahead from {date}: {amount}", "Ab {date} im Voraus zahlen: {amount}", "Payer d’avance dès le {date} : {amount}";
    PAY_NEXT: "Pay the next period: {amount}", "Nächsten Zeitraum zahlen: {amount}", "Payer la période suivante : {amount}";
    LINE: "{name}, {from} – {until}", "{name}, {from} – {until}", "{name}, {from} – {until}";

    MANAGE: "Change", "Ändern", "Modifier";
    PAUSE_FROM: "Pause from", "Pausieren ab", "Suspendre dès le";
    PAUSE_DO: "Pause", "Pausieren", "Suspendre";
    RESUME_DO: "Resume today", "Heute fortsetzen", "Reprendre aujourd’hui";
    CANCEL_DO: "Cancel for the end of this period", "Zum Ende dieses Zeitraums kündigen", "Résilier à la fin de cette période";
    CHANGED: "Recorded", "Verbucht", "Enregistré";
    PAID_IN_VAIN: "{amount} paid for nothing: give it back", "{amount} umsonst bezahlt: bitte erstatten", "{amount} payé pour rien : à rembourser";

    UNKNOWN: "This client has no such membership here, or it does not include this service. Look again, or take the money.", "Diese Kundin hat hier keine solche Mitgliedschaft, oder sie enthält diese Leistung nicht. Nochmals ansehen oder normal kassieren.", "Ce client n’a pas cet abonnement ici, ou il ne comprend pas cette prestation. Revoyez ou encaissez.";
    IS_PAUSED: "This membership is paused. A manager can resume it on the client’s card.", "Diese Mitgliedschaft ist pausiert. Die Leitung kann sie auf der Kundenkarte fortsetzen.", "Cet abonnement est suspendu. La direction peut le reprendre sur la fiche du client.";
    HAS_ENDED: "This membership is cancelled or over. Take the money, or sell another one.", "Diese Mitgliedschaft ist gekündigt oder beendet. Normal kassieren oder eine neue verkaufen.", "Cet abonnement est résilié ou terminé. Encaissez ou vendez-en un autre.";
    UNPAID: "This period is not paid. Add what is due to the ticket, then use the benefit.", "Dieser Zeitraum ist nicht bezahlt. Den fälligen Betrag auf den Bon setzen, dann den Vorteil nutzen.", "Cette période n’est pas payée. Ajoutez le montant dû au ticket, puis utilisez l’avantage.";
    EMPTY: "All units of this period are used. Take the money.", "Alle Einheiten dieses Zeitraums sind verbraucht. Bitte normal kassieren.", "Toutes les unités de cette période sont utilisées. Encaissez.";
    USED: "It was used, or later periods are paid. Give those back first.", "Sie wurde genutzt, oder spätere Zeiträume sind bezahlt. Zuerst diese erstatten.", "Il a été utilisé, ou des périodes suivantes sont payées. Remboursez-les d’abord.";
    PAID: "This period is paid already, or there is nothing to pay for it. Look at the membership again.", "Dieser Zeitraum ist schon bezahlt, oder es ist nichts zu zahlen. Bitte die Mitgliedschaft nochmals ansehen.", "Cette période est déjà payée, ou il n’y a rien à payer. Revoyez l’abonnement.";
}
