//! Closures of months and years, and the bookkeeper's files.

super::messages! {
    TITLE: "Closures", "Abschlüsse", "Clôtures";
    HOW: "A closure is the sum of this terminal’s Z reports of a month or a year. It gets a number and is never changed.", "Ein Abschluss ist die Summe der Z-Berichte dieses Terminals über einen Monat oder ein Jahr. Er bekommt eine Nummer und wird nie geändert.", "Une clôture est la somme des rapports Z de ce terminal sur un mois ou une année. Elle porte un numéro et ne change plus.";
    TO_CLOSE: "Can be closed", "Kann abgeschlossen werden", "À clôturer";
    NOTHING_DUE: "Every month and year that is over is closed.", "Alle vergangenen Monate und Jahre sind abgeschlossen.", "Tous les mois et années passés sont clôturés.";
    CLOSE_PERIOD: "Close {period}", "{period} abschließen", "Clôturer {period}";
    CLOSED: "Closure {n}: {period}", "Abschluss {n}: {period}", "Clôture {n} : {period}";
    CLOSED_DONE: "{period} is closed. The report is queued for print.", "{period} ist abgeschlossen. Der Bericht wird gedruckt.", "{period} est clôturé. Le rapport s’imprime.";
    Z_REPORTS: "{n} Z reports", "{n} Z-Berichte", "{n} rapports Z";
    EXPORT_TITLE: "For the bookkeeper", "Für die Buchhaltung", "Pour la comptabilité";
    EXPORT_HOW: "Writes the closed till days into a folder of this terminal. Tills that are open are left out.", "Schreibt die abgeschlossenen Kassentage in einen Ordner dieses Terminals. Offene Kassen bleiben weg.", "Écrit les journées clôturées dans un dossier de ce terminal. Les caisses ouvertes sont laissées de côté.";
    FORMAT: "Format", "Format", "Format";
    FORMAT_LEDGER: "Postings", "Buchungen", "Écritures";
    FORMAT_CSV: "Z tables", "Z-Tabellen", "Tableaux Z";
    FORMAT_DATEV: "DATEV", "DATEV", "DATEV";
    FORMAT_DSFINVK: "DSFinV-K", "DSFinV-K", "DSFinV-K";
    DATEV_HOW: "One fiscal year at a time. The account numbers follow SKR03; datev.json in the terminal’s folder replaces them.", "Ein Wirtschaftsjahr auf einmal. Die Kontonummern folgen SKR03; datev.json im Ordner des Terminals ersetzt sie.", "Un exercice à la fois. Les comptes suivent SKR03 ; datev.json dans le dossier du terminal les remplace.";
    DSFINVK_HOW: "In the shape of DSFinV-K. Not certified, and without TSE signatures.", "In der Form der DSFinV-K. Nicht zertifiziert und ohne TSE-Signaturen.", "Au format DSFinV-K. Non certifié et sans signatures TSE.";
    FROM: "From", "Von", "Du";
    TO: "To", "Bis", "Au";
    WRITE: "Write the files", "Dateien schreiben", "Écrire les fichiers";
    WRITTEN: "Till days written: {n}", "Geschriebene Kassentage: {n}", "Journées écrites : {n}";
    LEFT_OUT: "Open tills left out: {n}", "Offene Kassen, nicht enthalten: {n}", "Caisses ouvertes laissées de côté : {n}";
    NONE: "No closures yet.", "Noch keine Abschlüsse.", "Pas encore de clôtures.";
}
