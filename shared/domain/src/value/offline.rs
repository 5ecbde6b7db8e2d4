//! What a till may hand out that has not heard from the others.

/// How much of a gift card or of an account's credit a till without the server may still redeem, in minor units; never
/// negative.
///
/// - `limit_per_till_minor` is for everything that this till redeems offline, all cards together: it bounds what a card
///   that is carried from till to till can cost the salon to (limit × tills). 0 redeems nothing offline.
/// - `redeemed_offline_minor` is what this till has redeemed since it last heard from the server; only the server's
///   acknowledgement frees it, a restart does not, and neither does a refund: what was given back has been out.
/// - `known_balance_minor` is the balance by all movements that this till has, its own included. A card that it has
///   never heard of has none, and redeems nothing offline: a number with a right check digit is easily made up.
///
/// A package's unit goes against the same limit with what it is worth ([`super::Package::next_unit_minor`]); of a
/// package, the known balance is what is deferred ([`super::Package::value`]).
pub fn offline_allowance(limit_per_till_minor: i64, redeemed_offline_minor: i64, known_balance_minor: i64) -> i64 {
    let left = limit_per_till_minor.saturating_sub(redeemed_offline_minor.max(0));
    left.min(known_balance_minor).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_till_alone_hands_out_its_limit_and_no_more_than_it_knows_of() {
        assert_eq!(offline_allowance(10_000, 0, 4_000), 4_000);
        assert_eq!(offline_allowance(10_000, 7_000, 4_000), 3_000);
        assert_eq!(offline_allowance(10_000, 12_000, 4_000), 0);
        assert_eq!(offline_allowance(10_000, 0, -500), 0);
        assert_eq!(offline_allowance(0, 0, 4_000), 0);
        assert_eq!(offline_allowance(10_000, -7_000, 20_000), 10_000);
        assert_eq!(offline_allowance(i64::MIN, i64::MAX, i64::MAX), 0);
    }
}
