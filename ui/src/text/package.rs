//! What is said of packages of prepaid units.

super::messages! {
    PACKAGES: "Packages", "Pakete", "Forfaits";
    NONE_USABLE: "The client has no prepaid unit that can be used today. Sell a package, or take the money.", "Die Kundin hat heute keine nutzbare Einheit. Ein Paket verkaufen oder normal kassieren.", "Le client n’a aucune unité utilisable aujourd’hui. Vendez un forfait ou encaissez.";
    CLIENT_NEEDED: "Units are a client’s. Put the client on the ticket first.", "Einheiten gehören einer Kundin. Bitte zuerst die Kundin auf den Bon setzen.", "Les unités sont celles d’un client. Mettez d’abord le client sur le ticket.";
    LEFT_OF: "{name}: {left} of {units} left", "{name}: noch {left} von {units}", "{name} : reste {left} sur {units}";
    USE: "Use one: {name}", "Eine nutzen: {name}", "En utiliser une : {name}";
    PREPAID: "Prepaid", "Aus Paket", "Forfait";
    UNTIL: "until {date}", "bis {date}", "jusqu’au {date}";
    FROZEN: "Frozen from {from}, usable again on {until}", "Eingefroren ab {from}, wieder nutzbar am {until}", "Suspendu dès le {from}, utilisable à nouveau le {until}";
    HANDED_ON: "Handed on from {from} to {to}", "Übertragen von {from} an {to}", "Cédé par {from} à {to}";
    MANAGE: "Change", "Ändern", "Modifier";
    EXTEND: "Usable until", "Nutzbar bis", "Utilisable jusqu’au";
    EXTEND_DO: "Extend", "Verlängern", "Prolonger";
    FREEZE_FROM: "Freeze from", "Einfrieren ab", "Suspendre dès le";
    FREEZE_UNTIL: "Usable again on", "Wieder nutzbar am", "Utilisable à nouveau le";
    FREEZE_DO: "Freeze", "Einfrieren", "Suspendre";
    THAW_DO: "End the freeze today", "Heute auftauen", "Reprendre aujourd’hui";
    TRANSFER_CHOOSE: "Choose the client", "Kundin wählen", "Choisir le client";
    TRANSFER_DO: "Hand on to {name}", "An {name} übertragen", "Céder à {name}";
    UNDO_DO: "Undo the hand-over", "Übertragung zurücknehmen", "Annuler la cession";
    CHANGED: "Recorded", "Verbucht", "Enregistré";
    OVER_UNITS: "{n} units", "{n} Einheiten", "{n} unités";

    UNKNOWN: "This client has no such package here. Look at the client’s packages again, or take the money.", "Diese Kundin hat hier kein solches Paket. Pakete nochmals ansehen oder normal kassieren.", "Ce client n’a pas ce forfait ici. Revoyez ses forfaits ou encaissez.";
    VOIDED: "The sale of this package was given back. Take the money.", "Der Verkauf dieses Pakets wurde erstattet. Bitte normal kassieren.", "La vente de ce forfait a été remboursée. Encaissez.";
    IS_FROZEN: "This package is frozen. A manager can end the freeze on the client’s card.", "Dieses Paket ist eingefroren. Die Leitung kann es auf der Kundenkarte auftauen.", "Ce forfait est suspendu. La direction peut le reprendre sur la fiche du client.";
    EMPTY: "All units of it are used. Take the money, or sell another package.", "Alle Einheiten sind verbraucht. Normal kassieren oder ein neues Paket verkaufen.", "Toutes les unités sont utilisées. Encaissez ou vendez un autre forfait.";
    USED: "Units of this package were used. Give back the visits that used them first.", "Von diesem Paket wurden Einheiten benutzt. Zuerst diese Besuche erstatten.", "Des unités de ce forfait ont servi. Remboursez d’abord ces visites.";
}
