//! After the sale: voids, and tips that are given later.

super::messages! {
    VOID: "Void", "Stornieren", "Annuler la vente";
    A_VOID: "Void", "Storno", "Annulation";
    VOID_HOW: "As if it had not been sold: all of it goes back the way it was paid, and the reports count it as a void.", "Als wäre es nicht verkauft: alles geht zurück, wie bezahlt wurde, und zählt als Storno.", "Comme si rien n’avait été vendu : tout est rendu comme payé et compte comme annulation.";
    VOID_NOW: "Void and give {amount} back", "Stornieren, {amount} zurück", "Annuler et rendre {amount}";
    VOID_NOTHING: "Void the sale", "Verkauf stornieren", "Annuler la vente";
    VOIDED: "Voided, {amount} went back", "Storniert, {amount} zurück", "Annulée, {amount} rendus";
    TIP_FOR_RECEIPT: "Tip for receipt {number}", "Trinkgeld zu Beleg {number}", "Pourboire du ticket {number}";
    TIP_FOR_SERVED: "Who served, by what they did", "Wer bedient hat, nach Leistung", "Qui a servi, selon la prestation";
    TIP_GIVEN: "Tip of {amount} given later", "Trinkgeld {amount} später gegeben", "Pourboire de {amount} donné après";
    TIP_HOW: "A receipt of its own. What was paid stays as it is; a card is held once more.", "Ein eigener Beleg. Das Bezahlte bleibt, wie es ist; eine Karte wird nochmals vorgehalten.", "Un ticket à part. Ce qui est payé reste ; la carte est présentée à nouveau.";
    TICKET_WAITS: "The ticket that was begun is put aside", "Der angefangene Bon liegt beiseite", "Le ticket commencé est mis de côté";
}
