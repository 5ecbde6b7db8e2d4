//! Every way a transaction can go that the simulator can be told: the driver against each, and the simulator's script.

use crate::card::{Till, approved, assert_unknown, declined, settings, start};
use crate::card_wire::RawTill;
use salon_devices::sim::{CardFault, CardSim, CardSimOptions, EntryState, card_script};
use salon_devices::zvt::{Command, Fields, TerminalSettings};
use salon_ports::{CardPort, CardProgress, CardResolution, FaultCause, PortError};
use std::time::Duration;

#[test]
fn a_script_is_used_up_one_step_a_transaction() {
    let script = card_script("approve\ndecline 51 # no money\nwrong-card\nabort-by-customer\nslow 30ms\n").unwrap();
    let sim = CardSim::start(CardSimOptions { script, ..CardSimOptions::default() }).unwrap();
    let mut till = Till::at(&sim);
    let mut pay = |minor| {
        let request = till.request(minor);
        till.pay(&request)
    };
    approved(pay(100));
    assert_eq!(declined(pay(200)), 0x51);
    assert_eq!(declined(pay(300)), 0x7A);
    assert_eq!(declined(pay(400)), 0x6C);
    approved(pay(500));
    // Then the default.
    approved(pay(600));
    assert_eq!(sim.charged_minor(), 1200);
    assert_eq!(sim.errors(), Vec::<String>::new());
}

#[test]
fn the_cashier_reads_what_the_terminal_shows() {
    let sim = start();
    sim.queue_fault(CardFault::Slow(Duration::from_millis(30)));
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    approved(till.pay(&request));
    let texts: Vec<&str> = till
        .seen
        .iter()
        .filter_map(|progress| match progress {
            CardProgress::Text { text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["EUR 82.00\nBitte Karte", "Bitte PIN eingeben", "Bitte warten"]);

    sim.queue_fault(CardFault::WrongCard);
    let request = till.request(8200);
    assert_eq!(declined(till.pay(&request)), 0x7A);
    assert!(till.seen.contains(&CardProgress::Text { text: "Karte nicht zugelassen".into() }));
}

/// The acknowledgement is lost on a line that stands: the terminal waits for it, takes back, and says so.
#[test]
fn an_acknowledgement_that_got_lost_is_found_out() {
    let options = CardSimOptions { ack_timeout: Duration::from_millis(100), ..CardSimOptions::default() };
    let sim = CardSim::start(options).unwrap();
    sim.queue_fault(CardFault::ReverseUnacknowledged);
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    assert_eq!(till.recorded.len(), 1);
    assert_eq!(till.resolve(&request, None).unwrap(), CardResolution::NotCharged);
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    assert_eq!(sim.charged_minor(), 0);
}

#[test]
fn a_terminal_without_power_can_be_asked_when_it_is_back() {
    let sim = start();
    sim.queue_fault(CardFault::Crash(Duration::from_secs(1)));
    let mut till = Till::at(&sim);
    let request = till.request(8200);
    assert_unknown(&till.pay(&request));
    let mut refusals = 0;
    let resolution = loop {
        match till.resolve(&request, None) {
            Err(error @ PortError::Retryable { .. }) => {
                assert!(matches!(error.cause(), FaultCause::NotConnected | FaultCause::LinkLost), "{error:?}");
                refusals += 1;
                std::thread::yield_now();
            }
            other => break other.unwrap(),
        }
    };
    assert!(refusals > 0, "its listener was closed");
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(sim.ledger()[0].state, EntryState::TakenBack);
    let request = till.request(100);
    approved(till.pay(&request));
}

#[test]
fn somebody_who_cannot_reach_the_terminal_is_told_before_any_money_is_asked_for() {
    let sim = start();
    let address = sim.address().to_string();
    drop(sim);
    let mut till = Till::with(&address, TerminalSettings { ..settings() });
    let error = till.terminal.last_trace().unwrap_err();
    assert!(matches!(error, PortError::Retryable { cause: FaultCause::NotConnected, .. }), "{error:?}");
}

/// The line ends at an instant of the till's choosing: after so many of its messages.
#[test]
fn a_till_that_dies_after_any_of_its_messages_leaves_one_charge_or_none() {
    for messages in 0..12 {
        let sim = start();
        let before = Till::at(&sim).terminal.last_trace().unwrap();
        let mut raw = RawTill::registered(sim.address());
        raw.send(&Command::Authorisation(Fields {
            amount_minor: Some(8200),
            currency: Some(978),
            ..Fields::default()
        }));
        let mut acknowledged = false;
        for _ in 0..messages {
            let Some(message) = raw.next() else { break };
            if message != Command::Ack {
                raw.send(&Command::Ack);
            }
            acknowledged |= matches!(message, Command::StatusInformation(_));
        }
        if acknowledged {
            // Its answer shows that the acknowledgement was heard.
            raw.next();
        }
        drop(raw);
        let mut successor = Till::at(&sim);
        let request = successor.request(8200);
        let resolution = successor.resolve(&request, before).unwrap();
        let charged = i64::from(matches!(resolution, CardResolution::Approved(_))) * 8200;
        assert_eq!(charged, sim.charged_minor(), "after {messages} messages");
        assert_eq!(acknowledged, charged == 8200, "after {messages} messages");
    }
}
