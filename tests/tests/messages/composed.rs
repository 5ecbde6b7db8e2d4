//! The terminal as it is put together: its own thread brings what waits as soon as there is a server.

use crate::rig::{CUT, Server, by_email, key, relay};
use salon_contract::window::{Ask, MessageStands, Messages, Notice, OpenTill, Pay};
use salon_domain::kernel::TicketId;
use salon_server::integrations::messages::Office;
use salon_server::provision;
use salon_terminal::app::App;
use salon_terminal::clock::{Clock, SystemClock};
use salon_terminal::compose::{AppConfig, Opened};
use salon_tests::fake_smtp::FakeSmtp;
use salon_tests::salon::{Salon, desk, ticket};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Hears notices until it is so.
fn until(notices: &Receiver<Notice>, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !so() {
        let left = end.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "it never came to it");
        // No notice is no news, but what is asked may have changed all the same.
        let _ = notices.recv_timeout(left.min(Duration::from_millis(200)));
    }
}

#[test]
fn a_terminal_of_its_own_sends_by_itself() {
    let salon = Salon::new().unwrap();
    salon.clock.store(SystemClock.now().0, Ordering::SeqCst);
    let smtp = FakeSmtp::start().unwrap();
    let server = Server::start(&salon, Office::new(Some(relay(&smtp)), None));
    let code = provision::pairing_code(salon.store.as_ref(), salon.tenant, salon.branch, "Till 9").unwrap();
    let folder = salon.dir.path().join("own");
    std::fs::create_dir(&folder).unwrap();
    // Keys in a file: a test has no keyring.
    std::fs::write(folder.join("secrets.json"), "{}").unwrap();
    let opened = Opened::new(&folder, Arc::new(SystemClock)).unwrap();
    salon_terminal::enrol::enrol(&opened, &server.url, &code.to_string(), "").unwrap();
    drop(opened);

    let app = App::open(AppConfig { sync: true, ..AppConfig::quiet(&folder) }).unwrap();
    let notices = app.subscribe();
    until(&notices, || app.catalog().is_ok_and(|catalog| catalog.person(desk()).is_some()));
    app.act_as(desk());
    let ask = |call| app.ask(call).unwrap();
    ask(OpenTill { key: key(), float_minor: 10_000 }.call());
    let id = TicketId::from_parts(1, [7; 10]);
    ask(Pay::cash(key(), ticket(id, 0), CUT).call());
    ask(by_email(id).call());
    let stands = || {
        let view: salon_contract::window::MessagesView =
            serde_json::from_value(ask(Messages { ticket: id }.call())).unwrap();
        (view.sent[0].stands, view.email.set_up)
    };
    until(&notices, || stands() == (MessageStands::Sent, Some(true)));
    assert_eq!(smtp.mails().len(), 1);
    App::close(app);
}
