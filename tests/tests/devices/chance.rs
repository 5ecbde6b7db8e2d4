//! Whatever happens in whatever order: what the card terminal charged is what the books say. Each run is a sequence of
//! sales, refunds, voids and ends of day drawn from its seed, with faults between; a failure names the seed.

use crate::rig::{CUT, Till, key, refund_of};
use crate::voids::void_of;
use salon_contract::window::{CardEndOfDay, Code, Failure, PaymentView};
use salon_devices::sim::{CardFault, CardSim};
use salon_domain::kernel::TicketId;
use std::io::Write;
use std::time::Duration;

const SEEDS: std::ops::Range<u64> = 1..16;
const STEPS: usize = 24;
const BLINK: Duration = Duration::from_millis(30);

const FAULTS: [CardFault; 15] = [
    CardFault::Approve,
    CardFault::Approve,
    CardFault::Decline,
    CardFault::WrongCard,
    CardFault::AbortByCustomer,
    CardFault::DropBeforeStatus,
    CardFault::DropDuringStatus,
    CardFault::DropAfterStatus,
    CardFault::DropBeforeCompletion,
    CardFault::Crash(BLINK),
    CardFault::CrashBeforeStatus(BLINK),
    CardFault::CrashBeforeCompletion(BLINK),
    CardFault::Busy,
    CardFault::OtherAmount,
    CardFault::GarbledStatus,
];

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

/// What one run has behind it.
struct Run {
    till: Till,
    card: CardSim,
    chance: Chance,
    sold: Vec<TicketId>,
    /// What the till does not know yet.
    unknown: Option<PaymentView>,
    said: Vec<String>,
}

impl Run {
    fn step(&mut self) {
        let fault = FAULTS[self.chance.below(FAULTS.len())];
        // While a payment is unknown little else can be done, and it is tried.
        if self.chance.below(2) == 0
            && let Some(view) = self.unknown.take()
        {
            let view = self.till.resolved(view);
            return self.note("asked", Ok(view));
        }
        match self.chance.below(10) {
            0..5 => {
                self.card.queue_fault(fault);
                let bottles = self.chance.below(3) as i64;
                let view = self.till.pay_card(bottles);
                self.note(&format!("sale, {fault}"), view);
            }
            5..8 if !self.sold.is_empty() => {
                let ticket = self.sold[self.chance.below(self.sold.len())];
                self.card.queue_fault(fault);
                if self.chance.below(2) == 0 {
                    let view = self.till.ask(refund_of(ticket));
                    self.note(&format!("refund, {fault}"), view);
                    return self.card.clear();
                }
                match self.till.ask(void_of(ticket)) {
                    // It was refunded before: that is no void, and nothing is left for one.
                    Err(failure) if failure.code == Code::NothingLeft => self.card.clear(),
                    view => self.note(&format!("void, {fault}"), view),
                }
            }
            8 => self.close_day(),
            _ => self.sell_in_cash_too(),
        }
        // Refused before the terminal was asked, the fault still waits there.
        self.card.clear();
    }

    fn note(&mut self, what: &str, view: Result<PaymentView, Failure>) {
        self.said.push(format!("{what}: {view:?}").chars().take(160).collect());
        match view {
            Ok(PaymentView::Paid { sale }) if sale.sale.total_minor >= CUT => self.sold.push(sale.sale.ticket),
            Ok(view @ PaymentView::Unknown { .. }) => self.unknown = Some(view),
            Ok(_) => {}
            Err(failure) => assert_eq!(failure.code, Code::CardUnknown, "{:#?}", self.said),
        }
    }

    fn sell_in_cash_too(&mut self) {
        self.said.push("cash".into());
        let sold = self.till.sell_cash(1);
        self.sold.push(sold.sale.ticket);
    }

    fn close_day(&mut self) {
        match self.chance.below(4) {
            0 => self.card.queue_fault(CardFault::DropDuringStatus),
            1 => self.card.queue_fault(CardFault::DropBeforeStatus),
            _ => {}
        }
        // A terminal that has just lost its power takes a moment.
        let said = match self.till.ask(CardEndOfDay { key: key() }) {
            Ok(day) if day.unseen => "day not seen".to_owned(),
            Ok(day) => {
                assert_eq!(day.difference_minor, 0, "{day:?} {:#?}", self.said);
                "day closed".to_owned()
            }
            Err(failure) => {
                assert!(matches!(failure.code, Code::CardUnknown | Code::Device), "{failure}");
                format!("day not closed: {failure}")
            }
        };
        self.said.push(said);
    }
}

#[test]
fn books_and_card_terminal_agree_whatever_happens() {
    let mut said = Vec::new();
    for seed in SEEDS {
        writeln!(std::io::stderr(), "seed {seed}").unwrap();
        let (till, card) = Till::with_card();
        let mut run = Run { till, card, chance: Chance(seed), sold: Vec::new(), unknown: None, said: Vec::new() };
        for _ in 0..STEPS {
            run.step();
        }
        if let Some(view) = run.unknown.take() {
            run.till.resolved(view);
        }
        run.till.agrees_with(&run.card);
        assert!(run.till.app.store().open_session().unwrap().unwrap().totals.balances());
        said.append(&mut run.said);
    }
    // The seeds are those of runs in which much happens.
    for act in ["sale, drop", "refund, drop", "void, drop", "sale, crash", "day closed", "day not seen"] {
        assert!(said.iter().any(|said| said.contains(act)), "{act} never happened: {said:#?}");
    }
}
