//! What somebody earned, and why: the codes of a commission as sentences.

use super::{Msg, back_bar, fill, messages, money, percent_bp, t};
use salon_contract::window::{EarnedAdjustment, UsedProduct};
use salon_domain::commission::{AdjustmentKind, Earned, Part, What, Why};
use salon_domain::kernel::Currency;

messages! {
    MINE: "My earnings", "Mein Verdienst", "Mes gains";
    OF: "Earnings of {name}", "Verdienst von {name}", "Gains de {name}";
    WHO: "Whose earnings", "Wessen Verdienst", "Gains de qui";
    NONE_YET: "Nothing was earned in this month.", "In diesem Monat wurde nichts verdient.", "Rien n’a été gagné ce mois-ci.";
    NO_SCHEME: "The salon has no commission set up. Tips are listed all the same.", "Der Salon hat keine Provision vereinbart. Trinkgeld steht trotzdem hier.", "Le salon n’a pas défini de commission. Les pourboires figurent quand même.";
    COMMISSION: "Commission", "Provision", "Commission";
    TIPS: "Tips", "Trinkgeld", "Pourboires";
    TURNOVER: "Turnover, net", "Umsatz netto", "Chiffre d’affaires net";
    TOGETHER: "Together", "Zusammen", "Ensemble";
    FROZEN: "As it was agreed at each sale. A refund takes off exactly what its sale had earned.", "Wie beim jeweiligen Verkauf vereinbart. Eine Erstattung zieht genau das ab, was ihr Verkauf gebracht hatte.", "Tel que convenu à chaque vente. Un remboursement retire exactement ce que sa vente avait rapporté.";
    WHY_AMOUNT: "Why this amount", "Warum dieser Betrag", "Pourquoi ce montant";
    TIP_IN_FULL: "A tip is yours in full.", "Trinkgeld gehört ganz dir.", "Un pourboire te revient entièrement.";
    A_LINE: "Sale", "Verkauf", "Vente";

    ADJUSTED: "Adjustments", "Korrekturen", "Ajustements";
    ADJUST: "Adjust", "Korrigieren", "Ajuster";
    ADJUST_HOW: "An entry of its own in this month, with who decided it and why. It can be taken back by another one.", "Ein eigener Eintrag in diesem Monat: wer es entschieden hat und warum. Ein weiterer Eintrag nimmt ihn zurück.", "Une écriture à part dans ce mois, avec qui l’a décidée et pourquoi. Une autre écriture peut l’annuler.";
    KIND: "Kind", "Art", "Nature";
    BONUS: "Bonus", "Prämie", "Prime";
    CORRECTION: "Correction", "Korrektur", "Correction";
    DRAW: "Advance", "Vorschuss", "Avance";
    TIERS: "Tiers of the month", "Staffeln des Monats", "Paliers du mois";
    ADJUSTMENT: "Adjustment", "Korrektur", "Ajustement";
    AMOUNT: "Amount", "Betrag", "Montant";
    AMOUNT_EITHER: "Amount, with a minus to take off", "Betrag, mit Minus zum Abziehen", "Montant, avec un moins pour retirer";
    AMOUNT_WRONG: "Type an amount, such as 50.00.", "Bitte einen Betrag eingeben, etwa 50,00.", "Saisissez un montant, par exemple 50,00.";
    ADD: "Add it", "Eintragen", "Ajouter";
    ADD_ANYWAY: "Add it all the same", "Trotzdem eintragen", "Ajouter quand même";
    ADJUSTED_DONE: "Recorded", "Verbucht", "Enregistré";
    BELOW_NOUGHT: "That leaves {amount} for the month: more would be taken off than was earned.", "Damit bleiben im Monat {amount}: Es würde mehr abgezogen als verdient.", "Il resterait {amount} pour le mois : on retirerait plus que ce qui a été gagné.";
    OWES: "More was taken off than was earned: {amount} are owed to the salon.", "Es wurde mehr abgezogen als verdient: {amount} gehören dem Salon.", "On a retiré plus que ce qui a été gagné : {amount} sont dus au salon.";
    WORK_OUT: "Work out the tiers", "Staffeln ausrechnen", "Calculer les paliers";
    TIERS_RIGHT: "The tiers were right already.", "Die Staffeln stimmten schon.", "Les paliers étaient déjà justes.";
    TIERS_ADDED: "{amount} for the tiers of the month", "{amount} für die Staffeln des Monats", "{amount} pour les paliers du mois";
    TAKE_BACK: "Take it back", "Zurücknehmen", "Annuler";
    TAKEN_BACK: "Taken back", "Zurückgenommen", "Annulé";
    TAKEN_BACK_DONE: "Taken back", "Zurückgenommen", "Annulé";
    BACK_OF: "{kind}, taken back", "{kind}, zurückgenommen", "{kind}, annulé";
    DECIDED_BY: "{name} decided it.", "{name} hat es entschieden.", "Décidé par {name}.";
    NO_TURNOVER: "It is no turnover and reaches no tier.", "Es ist kein Umsatz und erreicht keine Staffel.", "Ce n’est pas du chiffre d’affaires et n’atteint aucun palier.";
    TIERS_WHY: "All lines of one rate together: {frozen} at their sales, {due} with the whole month’s turnover of {turnover}.", "Alle Zeilen eines Satzes zusammen: {frozen} bei den Verkäufen, {due} mit dem Umsatz des ganzen Monats von {turnover}.", "Toutes les lignes d’un taux ensemble : {frozen} à la vente, {due} avec le chiffre d’affaires du mois de {turnover}.";
    TIERS_BEFORE: "Added for it before: {amount}.", "Dafür schon eingetragen: {amount}.", "Déjà ajouté pour cela : {amount}.";
    SHARED: "Your share is {percent} of {amount}.", "Dein Anteil ist {percent} von {amount}.", "Ta part est de {percent} de {amount}.";
    BEFORE_DISCOUNTS: "The salon bears the discount: {amount} more are counted.", "Den Rabatt trägt der Salon: {amount} zählen zusätzlich.", "Le salon supporte la remise : {amount} comptent en plus.";
    COST: "Material for {amount} is taken off.", "Material für {amount} wird abgezogen.", "{amount} de produits utilisés sont déduits.";
    COST_ABOVE: "The material cost {amount} more than the price.", "Das Material kostete {amount} mehr als der Preis.", "Les produits utilisés coûtent {amount} de plus que le prix.";
    NO_RULE: "No rate is agreed for it. It counts as turnover and earns nothing.", "Dafür ist kein Satz vereinbart. Es zählt als Umsatz und bringt nichts.", "Aucun taux n’est convenu. Cela compte dans le chiffre d’affaires sans rien rapporter.";
    REACHED: "With {amount} turned over in the month, {percent} is reached.", "Mit {amount} Umsatz im Monat sind {percent} erreicht.", "Avec {amount} de chiffre d’affaires dans le mois, {percent} est atteint.";
    REFUND: "It was given back: what the sale had earned is taken off.", "Es wurde erstattet: Was der Verkauf gebracht hatte, geht ab.", "Remboursé : ce que la vente avait rapporté est retiré.";
    REFUND_PART: "{now} of {whole} was given back: as much of what the sale had earned is taken off.", "{now} von {whole} wurde erstattet: Entsprechend viel geht vom Verdienst ab.", "{now} sur {whole} a été remboursé : autant de ce que la vente avait rapporté est retiré.";
    OTHER: "For a reason that this version does not know.", "Aus einem Grund, den diese Version nicht kennt.", "Pour une raison que cette version ne connaît pas.";
    PART: "{percent} of {counted} is {amount}.", "{percent} von {counted} sind {amount}.", "{percent} de {counted} font {amount}.";
    TURNOVER_BEFORE: "Turned over in the month before it: {amount}.", "Vorher im Monat umgesetzt: {amount}.", "Chiffre d’affaires du mois avant cela : {amount}.";

    FOR_ANYTHING: "The rate for everything holds.", "Es gilt der Satz für alles.", "Le taux pour tout s’applique.";
    FOR_SERVICES: "The rate for services holds.", "Es gilt der Satz für Leistungen.", "Le taux des prestations s’applique.";
    FOR_PRODUCTS: "The rate for products holds.", "Es gilt der Satz für Produkte.", "Le taux des produits s’applique.";
    FOR_CATEGORY: "The rate for “{name}” holds.", "Es gilt der Satz für „{name}“.", "Le taux pour « {name} » s’applique.";
    FOR_SERVICE: "The rate for this very service holds.", "Es gilt der Satz für genau diese Leistung.", "Le taux de cette prestation précise s’applique.";
    FOR_PRODUCT: "The rate for this very product holds.", "Es gilt der Satz für genau dieses Produkt.", "Le taux de ce produit précis s’applique.";
    PERSONAL: "It was agreed with you.", "Er ist mit dir vereinbart.", "Il a été convenu avec toi.";
}

fn of_rule(what: &What) -> String {
    let plain = |message: Msg| t(message).to_owned();
    match what {
        What::Anything => plain(FOR_ANYTHING),
        What::Services => plain(FOR_SERVICES),
        What::Products => plain(FOR_PRODUCTS),
        What::ServicesIn(name) | What::ProductsIn(name) => fill(FOR_CATEGORY, &[("name", name)]),
        What::Service(_) => plain(FOR_SERVICE),
        What::Product(_) => plain(FOR_PRODUCT),
    }
}

fn of_why(why: &Why, currency: Currency) -> String {
    let amount = |message: Msg, minor: i64| fill(message, &[("amount", &money(minor, currency))]);
    match why {
        Why::Shared { share_bp, of_minor } => {
            fill(SHARED, &[("percent", &percent_bp(i64::from(*share_bp))), ("amount", &money(*of_minor, currency))])
        }
        Why::BeforeDiscounts { discount_minor } => amount(BEFORE_DISCOUNTS, *discount_minor),
        Why::CostDeducted { cost_minor } => amount(COST, *cost_minor),
        Why::CostAbovePrice { by_minor } => amount(COST_ABOVE, *by_minor),
        Why::Rule { what, personal: false } => of_rule(what),
        Why::Rule { what, personal: true } => format!("{} {}", of_rule(what), t(PERSONAL)),
        Why::NoRule => t(NO_RULE).to_owned(),
        Why::Reached { turnover_minor, rate_bp } => fill(
            REACHED,
            &[("amount", &money(*turnover_minor, currency)), ("percent", &percent_bp(i64::from(*rate_bp)))],
        ),
        Why::Refund { whole, now, .. } if now >= whole => t(REFUND).to_owned(),
        Why::Refund { whole, now, .. } => {
            fill(REFUND_PART, &[("now", &now.to_string()), ("whole", &whole.to_string())])
        }
        Why::Other => t(OTHER).to_owned(),
    }
}

/// Why a commission is what it is, in the order in which it was computed.
pub fn reasons(earned: &Earned, currency: Currency) -> Vec<String> {
    let mut said: Vec<String> = earned.why.iter().map(|why| of_why(why, currency)).collect();
    if earned.why.contains(&Why::NoRule) {
        return said;
    }
    if earned.parts.len() > 1 {
        said.push(fill(TURNOVER_BEFORE, &[("amount", &money(earned.turnover_minor, currency))]));
    }
    let part = |part: &Part| {
        let percent = percent_bp(i64::from(part.rate_bp));
        let (counted, amount) = (money(part.counted_minor, currency), money(part.amount_minor, currency));
        fill(PART, &[("percent", &percent), ("counted", &counted), ("amount", &amount)])
    };
    said.extend(earned.parts.iter().map(part));
    said
}

/// What an adjustment is called.
pub fn adjustment_name(made: &EarnedAdjustment) -> String {
    let kind = t(match made.kind {
        AdjustmentKind::Bonus => BONUS,
        AdjustmentKind::Correction => CORRECTION,
        AdjustmentKind::Draw => DRAW,
        AdjustmentKind::Tiers => TIERS,
        AdjustmentKind::Other => ADJUSTMENT,
    });
    match made.reverses {
        Some(_) => fill(BACK_OF, &[("kind", kind)]),
        None => kind.to_owned(),
    }
}

/// Who decided an adjustment and why, or what it was worked out from.
pub fn adjustment_reasons(made: &EarnedAdjustment, currency: Currency) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    if !made.reason.is_empty() {
        said.push(made.reason.clone());
    }
    if let Some(how) = &made.how {
        let turnover = money(how.turnover_minor, currency);
        said.extend(how.restated.iter().map(|restated| {
            let (frozen, due) = (money(restated.frozen_minor, currency), money(restated.due_minor, currency));
            fill(TIERS_WHY, &[("frozen", &frozen), ("due", &due), ("turnover", &turnover)])
        }));
        if how.adjusted_before_minor != 0 {
            said.push(fill(TIERS_BEFORE, &[("amount", &money(how.adjusted_before_minor, currency))]));
        }
    }
    if !made.by.is_empty() {
        said.push(fill(DECIDED_BY, &[("name", &made.by)]));
    }
    said.push(t(NO_TURNOVER).to_owned());
    said
}

/// What the back bar used for a line, product by product: what the deducted cost is made of.
pub fn used(products: &[UsedProduct], currency: Currency) -> Vec<String> {
    let of = |used: &UsedProduct| {
        let name = if used.name.is_empty() { t(back_bar::SOME_PRODUCT) } else { &used.name };
        let (amount, cost) = (back_bar::quantity(used.milli, used.pack), money(used.cost_minor, currency));
        fill(back_bar::USED_OF, &[("amount", &amount), ("name", name), ("cost", &cost)])
    };
    products.iter().map(of).collect()
}
