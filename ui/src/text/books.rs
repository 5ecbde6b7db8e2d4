//! Closures of months and years.

super::messages! {
    TITLE: "Closures", "Abschlüsse", "Clôtures";
    HOW: "A closure is the sum of this terminal’s Z reports of a month or a year. It gets a number and is never changed.", "Ein Abschluss ist die Summe der Z-Berichte dieses Terminals über einen Monat oder ein Jahr. Er bekommt eine Nummer und wird nie geändert.", "Une clôture est la somme des rapports Z de ce terminal sur un mois ou une année. Elle porte un numéro et ne change plus.";
    TO_CLOSE: "Can be closed", "Kann abgeschlossen werden", "À clôturer";
    NOTHING_DUE: "Every month and year that is over is closed.", "Alle vergangenen Monate und Jahre sind abgeschlossen.", "Tous les mois et années passés sont clôturés.";
    CLOSE_PERIOD: "Close {period}", "{period} abschließen", "Clôturer {period}";
    CLOSED: "Closure {n}: {period}", "Abschluss {n}: {period}", "Clôture {n} : {period}";
    CLOSED_DONE: "{period} is closed. The report is queued for print.", "{period} ist abgeschlossen. Der Bericht wird gedruckt.", "{period} est clôturé. Le rapport s’imprime.";
    Z_REPORTS: "{n} Z reports", "{n} Z-Berichte", "{n} rapports Z";
    NONE: "No closures yet.", "Noch keine Abschlüsse.", "Pas encore de clôtures.";
}
