//! What somebody earned, and why: the codes of a commission as sentences.

use super::{Msg, fill, messages, money, percent_bp, t};
use salon_domain::commission::{Earned, Part, What, Why};
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
