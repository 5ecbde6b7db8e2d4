//! Devices, the print queue, training.

super::messages! {
    PRINTER: "Receipt printer", "Bondrucker", "Imprimante à tickets";
    CARD_TERMINAL: "Card terminal", "Kartenterminal", "Terminal de carte";
    SCANNER: "Scanner", "Scanner", "Lecteur de codes";
    DISPLAY: "Customer display", "Kundenanzeige", "Afficheur client";
    WELL: "Working", "Bereit", "Prêt";
    SPARE: "Not in use", "Nicht in Gebrauch", "Non utilisés";
    NEAR_END: "Paper is nearly out. Have a new roll ready.", "Papier geht zu Ende. Neue Rolle bereitlegen.", "Bientôt plus de papier. Préparez un rouleau.";
    TEST: "Test", "Testen", "Tester";
    EDIT: "Settings", "Einstellen", "Régler";
    USE: "Use this", "Verwenden", "Utiliser";
    REMOVE: "Remove", "Entfernen", "Retirer";
    REMOVED: "{name} was removed", "{name} wurde entfernt", "{name} a été retiré";
    TESTED_PRINTER: "A test slip is printed", "Ein Testbon ist gedruckt", "Un ticket de test est imprimé";
    TESTED_NOTES: "Printed, with other characters for: {notes}", "Gedruckt, mit Ersatzzeichen für: {notes}", "Imprimé, avec d’autres caractères pour : {notes}";
    TESTED_CARD: "The card terminal answers", "Das Kartenterminal antwortet", "Le terminal de carte répond";
    TESTED_DISPLAY: "Look at the display", "Bitte auf die Anzeige sehen", "Regardez l’afficheur";
    TESTED_SCANNER: "It listens: scan something", "Er hört zu: bitte etwas scannen", "Il écoute : scannez quelque chose";
    TESTED_SCAN: "It read {code}", "Gelesen: {code}", "Lu : {code}";
    SCAN_NOW: "Scan something now", "Jetzt etwas scannen", "Scannez maintenant";
    NO_DEVICES: "No devices yet. Receipts stay on the screen, and cash works.", "Noch keine Geräte. Belege bleiben am Bildschirm, Bar geht.", "Aucun appareil. Les tickets restent à l’écran, les espèces fonctionnent.";

    FIND: "Find devices", "Geräte suchen", "Chercher des appareils";
    FINDING: "Looking around", "Suche läuft", "Recherche en cours";
    FIND_NETWORK: "Also on the local network", "Auch im lokalen Netz", "Aussi sur le réseau local";
    FIND_AGAIN: "Look again", "Nochmals suchen", "Chercher à nouveau";
    FOUND_NOTHING: "Nothing was found. Is it switched on and plugged in? You can also enter its address.", "Nichts gefunden. Ist es eingeschaltet und angesteckt? Die Adresse kann auch eingegeben werden.", "Rien trouvé. Est-il allumé et branché ? Vous pouvez aussi saisir son adresse.";
    KNOWN: "Set up already", "Schon eingerichtet", "Déjà configuré";
    ADD: "Add", "Hinzufügen", "Ajouter";
    ADD_BY_HAND: "Enter an address", "Adresse eingeben", "Saisir une adresse";
    NEW_DEVICE: "New device", "Neues Gerät", "Nouvel appareil";
    KIND: "Kind", "Art", "Type";
    NAME: "Name", "Name", "Nom";
    NAME_HINT: "e.g. Front desk", "z. B. Empfang", "p. ex. Accueil";
    ADDRESS: "Address", "Adresse", "Adresse";
    SAVED: "Saved", "Gespeichert", "Enregistré";

    ESCPOS_TCP: "Printer on the network", "Drucker im Netz", "Imprimante réseau";
    ESCPOS_SERIAL: "Printer on a serial port", "Drucker an serieller Schnittstelle", "Imprimante sur port série";
    ESCPOS_USB: "Printer on USB", "Drucker an USB", "Imprimante USB";
    ZVT_TCP: "Card terminal (ZVT) on the network", "Kartenterminal (ZVT) im Netz", "Terminal de carte (ZVT) en réseau";
    ZVT_SERIAL: "Card terminal (ZVT) on a serial port", "Kartenterminal (ZVT) an serieller Schnittstelle", "Terminal de carte (ZVT) sur port série";
    STRIPE: "Stripe reader", "Stripe-Lesegerät", "Lecteur Stripe";
    EXTERNAL: "Card terminal without a cable to us", "Kartenterminal ohne Verbindung", "Terminal de carte non relié";
    SCANNER_SERIAL: "Scanner on a serial port", "Scanner an serieller Schnittstelle", "Lecteur sur port série";
    DISPLAY_TCP: "Customer display on the network", "Kundenanzeige im Netz", "Afficheur client réseau";
    DISPLAY_SERIAL: "Customer display on a serial port", "Kundenanzeige an serieller Schnittstelle", "Afficheur client sur port série";
    AT_TCP: "Host and port, e.g. 192.168.1.50:9100", "Host und Port, z. B. 192.168.1.50:9100", "Hôte et port, p. ex. 192.168.1.50:9100";
    AT_SERIAL: "Port and speed, e.g. COM3@9600", "Schnittstelle und Tempo, z. B. COM3@9600", "Port et vitesse, p. ex. COM3@9600";
    AT_USB: "Vendor and product, e.g. 04b8:0e15", "Hersteller und Produkt, z. B. 04b8:0e15", "Fabricant et produit, p. ex. 04b8:0e15";
    AT_READER: "The reader’s id at Stripe, tmr_…", "Die Kennung bei Stripe, tmr_…", "L’identifiant chez Stripe, tmr_…";

    OPT_COLUMNS: "Paper width", "Papierbreite", "Largeur du papier";
    OPT_58: "58 mm", "58 mm", "58 mm";
    OPT_80: "80 mm", "80 mm", "80 mm";
    OPT_CODE_PAGE: "Characters", "Zeichensatz", "Caractères";
    OPT_DRAWER: "Drawer", "Schublade", "Tiroir";
    OPT_DRAWER_FIRST: "First (pin 2)", "Erste (Pin 2)", "Premier (broche 2)";
    OPT_DRAWER_SECOND: "Second (pin 5)", "Zweite (Pin 5)", "Second (broche 5)";
    OPT_DRAWER_SWITCH: "Drawer’s switch says “open” when", "Schalter meldet „offen“ bei", "Le contact signale « ouvert » au";
    OPT_HIGH: "high", "High", "niveau haut";
    OPT_LOW: "low", "Low", "niveau bas";
    LOGO: "Logo on receipts (PNG)", "Logo auf Belegen (PNG)", "Logo sur les tickets (PNG)";
    LOGO_CHOOSE: "Choose a picture", "Bild wählen", "Choisir une image";
    LOGO_REMOVE: "Without a logo", "Ohne Logo", "Sans logo";
    LOGO_SAVED: "Receipts have this logo now", "Belege haben jetzt dieses Logo", "Les tickets portent ce logo";
    LOGO_GONE: "Receipts have no logo now", "Belege haben jetzt kein Logo", "Les tickets n’ont plus de logo";
    PDF: "PDF", "PDF", "PDF";
    PDF_SAVED: "Saved as {path}", "Gespeichert als {path}", "Enregistré sous {path}";
    OPT_PASSWORD: "Password (six digits)", "Passwort (sechs Ziffern)", "Mot de passe (six chiffres)";
    OPT_PASSWORD_KEPT: "unchanged", "unverändert", "inchangé";
    OPT_TIMEOUT: "Seconds for the client to hold the card", "Sekunden für die Karte", "Secondes pour présenter la carte";

    QUEUE: "Print queue", "Druckaufträge", "File d’impression";
    QUEUE_EMPTY: "Nothing has been printed yet.", "Noch nichts gedruckt.", "Rien n’a encore été imprimé.";
    JOB_RECEIPT: "Receipt {n}", "Beleg {n}", "Ticket {n}";
    JOB_Z: "Z report {n}", "Z-Bericht {n}", "Rapport Z {n}";
    JOB_CARD_DAY: "Card terminal end of day", "Kassenschnitt Kartenterminal", "Télécollecte du terminal";
    JOB_DRAWER: "Drawer", "Schublade", "Tiroir";
    JOB_OTHER: "Print job", "Druckauftrag", "Impression";
    COPY: "copy", "Kopie", "copie";
    QUEUED: "Waiting", "Wartet", "En attente";
    SENDING: "Printing", "Druckt", "Impression";
    PRINTED: "Printed", "Gedruckt", "Imprimé";
    UNSURE: "Maybe printed: look at the paper", "Vielleicht gedruckt: Papier ansehen", "Peut-être imprimé : regardez le papier";
    DROPPED: "Taken out", "Herausgenommen", "Retiré";
    AGAIN: "Print again", "Nochmals drucken", "Réimprimer";
    ALL_THERE: "It is all there", "Ist vollständig", "Tout y est";
    DROP: "Take out", "Herausnehmen", "Retirer";
    DROPPED_TOAST: "Taken out of the queue. The receipt can be printed from the sale.", "Aus der Warteschlange genommen. Der Beleg kann vom Verkauf aus gedruckt werden.", "Retiré de la file. Le ticket reste imprimable depuis la vente.";
    PRINTED_AS: "Printed as: {notes}", "Gedruckt als: {notes}", "Imprimé ainsi : {notes}";
    SHOW_ALL: "Show all", "Alle zeigen", "Tout afficher";

    CARD_DAY: "End of day", "Kassenschnitt", "Télécollecte";
    CARD_DAY_HOW: "Closes the card terminal’s batch and compares its total with this till.", "Schließt den Umsatz des Kartenterminals ab und vergleicht ihn mit dieser Kasse.", "Clôture le lot du terminal et compare son total avec cette caisse.";
    CARD_DAY_SURE: "Close the batch now", "Jetzt abschließen", "Clôturer maintenant";
    CARD_DAY_AGREES: "Card terminal and till agree", "Kartenterminal und Kasse stimmen überein", "Terminal et caisse concordent";
    CARD_DAY_DIFFERS: "Card terminal and till differ by {amount}", "Kartenterminal und Kasse weichen um {amount} ab", "Terminal et caisse diffèrent de {amount}";
    CARD_DAY_DIFFERS_HOW: "Look for a payment that was decided by hand, or taken at the terminal without the till.", "Nach einer von Hand entschiedenen oder ohne Kasse genommenen Zahlung suchen.", "Cherchez un paiement décidé à la main, ou pris au terminal sans la caisse.";
    OF_TERMINAL: "Card terminal", "Kartenterminal", "Terminal";
    OF_TILL: "This till", "Diese Kasse", "Cette caisse";
    DIFFERENCE: "Difference", "Differenz", "Différence";
    PAYMENTS: "Payments", "Zahlungen", "Paiements";
    DIAGNOSIS: "Diagnosis", "Diagnose", "Diagnostic";
    DIAGNOSIS_WELL: "The card terminal reached its bank", "Das Kartenterminal hat seine Bank erreicht", "Le terminal a joint sa banque";
    REPEAT: "Last slip again", "Letzter Beleg", "Dernier ticket";
    BUSY: "The card terminal is at work", "Das Kartenterminal arbeitet", "Le terminal travaille";

    UNKNOWN_CARDS: "Card payments to clear up", "Kartenzahlungen zu klären", "Paiements par carte à éclaircir";
    NO_UNKNOWN: "None. Every card payment has a clear outcome.", "Keine. Jede Kartenzahlung ist geklärt.", "Aucun. Chaque paiement a une issue claire.";

    TRAINING: "Training", "Übung", "Entraînement";
    TRAINING_START: "Start training", "Übung beginnen", "Commencer l’entraînement";
    TRAINING_HOW: "A copy of this till with simulated devices. Nothing of it reaches the books.", "Eine Kopie dieser Kasse mit simulierten Geräten. Nichts davon kommt in die Bücher.", "Une copie de cette caisse avec des appareils simulés. Rien n’entre dans les livres.";
    TRAINING_ON: "TRAINING · nothing here is real", "ÜBUNG · nichts hier ist echt", "ENTRAÎNEMENT · rien n’est réel ici";
    TRAINING_END: "End training", "Übung beenden", "Terminer l’entraînement";
    TRAINING_WAIT: "One moment: the till is being copied", "Einen Moment: die Kasse wird kopiert", "Un instant : la caisse est copiée";

    EXTERNAL_HOW: "Type {amount} at the card terminal. What did it say?", "{amount} am Kartenterminal eingeben. Was hat es gesagt?", "Saisissez {amount} sur le terminal. Qu’a-t-il répondu ?";
    EXTERNAL_BACK_HOW: "Give {amount} back at the card terminal. What did it say?", "{amount} am Kartenterminal erstatten. Was hat es gesagt?", "Remboursez {amount} sur le terminal. Qu’a-t-il répondu ?";
    EXTERNAL_CODE: "Authorisation code on its slip", "Genehmigungsnummer auf dem Beleg", "Numéro d’autorisation sur son ticket";
    EXTERNAL_YES: "Approved", "Genehmigt", "Accepté";
    EXTERNAL_NO: "Declined", "Abgelehnt", "Refusé";

    REFUND_WHOLE: "Give the whole sale back", "Ganzen Verkauf erstatten", "Rembourser toute la vente";
    REFUND_TO_CARD: "{amount} back to the card", "{amount} zurück auf die Karte", "{amount} sur la carte";
    REFUND_TO_CASH: "{amount} back in cash", "{amount} bar zurück", "{amount} en espèces";
    REFUND_SOME: "Only some of it", "Nur einen Teil", "Une partie seulement";
    REFUND_HOLD: "If the card terminal asks for it, the client holds the card once more.", "Wenn das Kartenterminal danach fragt, die Karte nochmals vorhalten.", "Si le terminal le demande, présentez la carte à nouveau.";
    REFUND_NOT: "Nothing was given back", "Es wurde nichts erstattet", "Rien n’a été remboursé";
    REFUND_UNKNOWN: "Not known yet whether the money went back", "Noch unklar, ob erstattet wurde", "On ne sait pas encore si l’argent a été rendu";
    REFUND_UNKNOWN_HOW: "The card terminal has not said what happened. Do not give it back a second time: ask it first.", "Das Kartenterminal hat nicht gesagt, was geschah. Nicht nochmals erstatten: zuerst fragen.", "Le terminal n’a pas dit ce qui s’est passé. Ne remboursez pas à nouveau : demandez-lui d’abord.";
    REFUND_DONE: "{amount} was given back", "{amount} wurde erstattet", "{amount} remboursé";
}
