//! A client's points, and why they moved: codes as sentences.

use super::Msg;
use super::{fill, messages, money, percent_bp, t};
use salon_domain::kernel::Currency;
use salon_domain::loyalty::{Below, Tier, Why};

messages! {
    POINTS: "Points", "Punkte", "Points";
    N_POINTS: "{n} points", "{n} Punkte", "{n} points";
    TIER: "Tier", "Stufe", "Niveau";
    BRONZE: "Bronze", "Bronze", "Bronze";
    SILVER: "Silver", "Silber", "Argent";
    GOLD: "Gold", "Gold", "Or";
    PLATINUM: "Platinum", "Platin", "Platine";
    TO_NEXT: "{n} more points to {tier}", "Noch {n} Punkte bis {tier}", "Encore {n} points jusqu’à {tier}";
    NEXT_EXPIRY: "{n} points are good until {date}", "{n} Punkte gelten bis {date}", "{n} points sont valables jusqu’au {date}";
    NO_MOVES: "No points yet.", "Noch keine Punkte.", "Pas encore de points.";
    DOES_NOT_COUNT: "Does not count", "Zählt nicht", "Ne compte pas";
    REWARDS: "Rewards for points", "Prämien für Punkte", "Avantages contre des points";
    TAKE_REWARD: "{name} · {n} points · −{amount}", "{name} · {n} Punkte · −{amount}", "{name} · {n} points · −{amount}";
    MISSING: "{name}: {n} points are missing", "{name}: Es fehlen {n} Punkte", "{name} : il manque {n} points";
    NOT_FOR_THIS: "{name}: nothing on the ticket that it is for", "{name}: nichts Passendes auf dem Bon", "{name} : rien de correspondant sur le ticket";
    ON_TICKET: "{name} taken for {n} points", "{name} für {n} Punkte genommen", "{name} pris pour {n} points";

    WHY_SPEND: "{each} for every {per} spent: the ticket makes {n}, this is the part of {base}.", "{each} je {per} Umsatz: Der Bon bringt {n}, das hier ist der Teil von {base}.", "{each} par tranche de {per} : le ticket en donne {n}, voici la part de {base}.";
    WHY_TIER: "As {tier}, spending counts {factor}.", "Als {tier} zählt Umsatz {factor}.", "En {tier}, les dépenses comptent {factor}.";
    WHY_RULE: "“{name}”", "„{name}“", "« {name} »";
    WHY_REDEEMED: "Taken: {name}, {amount} off.", "Eingelöst: {name}, {amount} Nachlass.", "Utilisé : {name}, {amount} de remise.";
    WHY_TAKEN_BACK: "Given back: of the {n} points that it had earned.", "Erstattet: von den {n} Punkten, die es gebracht hatte.", "Remboursé : sur les {n} points que cela avait rapportés.";
    WHY_GIVEN_BACK: "Given back: of the {n} points that were spent on it.", "Erstattet: von den {n} Punkten, die darauf eingelöst waren.", "Remboursé : sur les {n} points utilisés pour cela.";
    WHY_EXPIRED: "Their time was over.", "Ihre Zeit war um.", "Leur délai était écoulé.";
    WHY_UNSTATED: "Carried over, without a stated reason.", "Übernommen, ohne Begründung.", "Reporté, sans motif indiqué.";
    BELOW_REFUNDED: "{n} points were spent whose sale was given back: the next points make that good.", "{n} Punkte waren eingelöst, deren Verkauf erstattet wurde: Die nächsten Punkte gleichen das aus.", "{n} points utilisés proviennent d’une vente remboursée : les prochains points compensent.";
    BELOW_OVERDRAWN: "{n} points more were spent than there were, at tills that did not know of each other: the next points make that good.", "{n} Punkte mehr eingelöst als da waren, an Kassen, die nichts voneinander wussten: Die nächsten Punkte gleichen das aus.", "{n} points de trop utilisés, à des caisses qui s’ignoraient : les prochains points compensent.";
}

pub fn tier_name(tier: Tier) -> &'static str {
    t(match tier {
        Tier::Bronze => BRONZE,
        Tier::Silver => SILVER,
        Tier::Gold => GOLD,
        Tier::Platinum => PLATINUM,
    })
}

pub fn below(below: &Below) -> String {
    let (message, points) = match below {
        Below::Refunded { points } => (BELOW_REFUNDED, points),
        Below::Overdrawn { points } => (BELOW_OVERDRAWN, points),
    };
    fill(message, &[("n", &points.to_string())])
}

/// Why points moved.
pub fn reason(why: &Why, currency: Currency) -> String {
    let number = |message: Msg, n: i64| fill(message, &[("n", &n.to_string())]);
    match why {
        Why::Spend { base_minor, each, per_minor, ticket_points } => fill(
            WHY_SPEND,
            &[
                ("each", &fill(N_POINTS, &[("n", &each.to_string())])),
                ("per", &money(*per_minor, currency)),
                ("n", &ticket_points.to_string()),
                ("base", &money(*base_minor, currency)),
            ],
        ),
        Why::Tier { tier, multiplier_bp, .. } => {
            let factor = percent_bp(i64::from(*multiplier_bp));
            fill(WHY_TIER, &[("tier", tier_name(*tier)), ("factor", &factor)])
        }
        Why::Rule { rule, .. } => fill(WHY_RULE, &[("name", rule)]),
        Why::Redeemed { reward, off_minor } => {
            fill(WHY_REDEEMED, &[("name", reward), ("amount", &money(*off_minor, currency))])
        }
        Why::TakenBack { of_points, .. } => number(WHY_TAKEN_BACK, of_points.abs()),
        Why::GivenBack { of_points, .. } => number(WHY_GIVEN_BACK, of_points.abs()),
        Why::Expired { .. } => t(WHY_EXPIRED).to_owned(),
        Why::Unstated => t(WHY_UNSTATED).to_owned(),
    }
}
