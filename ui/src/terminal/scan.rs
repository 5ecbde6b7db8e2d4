//! Scans, whatever screen is open: hears scanners that type, and those that the terminal reads, and does what a scan is
//! for. What a text stands for is the terminal's to say; only a payment card is known for one here, so that its number
//! goes no further than this page's keys.

use super::desk::{ClientAim, Desk, Place, use_desk};
use super::fields::{Field, give_key};
use super::till::{Stage, TicketAction, add_scanned, gift_scanned, sell_gift};
use crate::browser::{self, new_key};
use crate::hooks::{use_ask, use_heard};
use crate::parts::Toast;
use crate::scan::{Event, Key, Press, Wedge};
use crate::text::{fault, fill, gift, scan as words, t};
use crate::transport::{Heard, ask};
use gloo_timers::callback::Timeout;
use salon_contract::window::{
    Catalog, CatalogView, DeviceRole, Notice, SaveClient, Scan, ScanSetup, ScanView, ScannedText, StoreCardKind,
};
use salon_domain::access::Permission;
use salon_domain::customer::field;
use salon_domain::scan::{ScanRules, gift_card_code, is_payment_card};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Characters of a code that a toast has room for.
const SHOWN_CHARS_MAX: usize = 40;

/// Hears scanners while somebody is signed in.
#[component]
pub fn Scanning() -> Html {
    let desk = use_desk();
    let setup = use_ask(Some(ScanSetup {}));
    let rules = setup.state.here().map(|rules| (**rules).clone()).unwrap_or_default();
    // Somebody may have changed them in the settings.
    use_effect_with(desk.place.clone(), {
        let again = setup.again.clone();
        move |_| again.emit(())
    });
    use_heard({
        let desk = desk.clone();
        move |heard| match heard {
            Heard::Notice(Notice::Scanned { view }) => react(&desk, view.clone()),
            Heard::Notice(Notice::DeviceFault { role: DeviceRole::Scanner, cause }) => {
                desk.toast.emit(Toast::plain(fill(words::SCANNER_AWAY, &[("cause", &fault(cause))])));
            }
            Heard::Notice(Notice::DeviceWell { role: DeviceRole::Scanner, .. }) => {
                desk.toast.emit(Toast::good(t(words::SCANNER_BACK)))
            }
            _ => {}
        }
    });
    use_wedge(rules.clone(), move |text| {
        if is_payment_card(&text, &rules) {
            react(&desk, ScanView::PaymentCard);
            return;
        }
        let desk = desk.clone();
        spawn_local(async move {
            match ask(Scan { text: ScannedText(text) }).await {
                Ok(view) => react(&desk, view),
                Err(failure) => desk.toast.emit(Toast::failure(&failure)),
            }
        });
    });
    Html::default()
}

/// Swallows scans where there is nobody to do anything with them: a card swiped at the sign-in screen is not a PIN.
#[component]
pub fn Deaf() -> Html {
    use_wedge(ScanRules::default(), |_| {});
    Html::default()
}

fn react(desk: &Desk, view: ScanView) {
    match view {
        ScanView::Product { product, quantity, price_minor, weight_grams } => {
            if matches!(desk.ticket.stage, Stage::Card(_) | Stage::Unknown { .. }) {
                desk.toast.emit(Toast::plain(t(words::PAYING)));
                return;
            }
            let staff = desk.ticket.draft.lines.iter().rev().find_map(|l| l.staff).or(Some(desk.me.staff));
            let said = desk.clone();
            with_catalog(desk, move |catalog| {
                said.ticket.dispatch(add_scanned(&product, (quantity, price_minor, weight_grams), staff, catalog));
                said.go.emit(Place::Till);
            });
        }
        ScanView::Client { card, name } => {
            let ringing = matches!(
                desk.ticket.stage,
                Stage::Ring | Stage::Cash | Stage::Credit | Stage::Packages | Stage::Gift(_) | Stage::GiftSale(_)
            );
            if desk.place == Place::Till && ringing && desk.ticket.draft.card != Some(card) {
                desk.ticket.dispatch(TicketAction::Client(Some((card, name.clone()))));
                desk.toast.emit(Toast::good(fill(words::CLIENT_ON_TICKET, &[("name", &name)])));
            } else {
                desk.go.emit(Place::client(card));
            }
        }
        ScanView::Receipt { ticket, .. } => desk.go.emit(Place::Reports(Some(ticket))),
        ScanView::GiftCard { card } => gift_scanned(desk, *card),
        ScanView::StoreCard { kind, number } => desk.toast.emit(store_card(desk, kind, &number)),
        ScanView::Unknown { text } => {
            let shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
            let toast = Toast::plain(fill(words::UNKNOWN, &[("code", &shown)]));
            desk.toast.emit(toast.with_action(t(words::SEARCH), "search", move || search_for(&text)));
        }
        ScanView::BadCheckDigit => desk.toast.emit(Toast::plain(t(words::MISREAD))),
        ScanView::PaymentCard => desk.toast.emit(Toast::plain(t(words::PAYMENT_CARD))),
        ScanView::Search { text } => search_for(&text),
    }
}

/// At once, unless the page has only just been opened.
fn with_catalog(desk: &Desk, add: impl FnOnce(&CatalogView) + 'static) {
    match desk.catalog.here() {
        Some(catalog) => add(catalog),
        None => desk.run(Catalog {}, move |catalog| add(&catalog)),
    }
}

/// A card that nobody has yet is given to the client whose card is open, if the person says so.
fn store_card(desk: &Desk, kind: StoreCardKind, number: &str) -> Toast {
    let from = number.chars().count().saturating_sub(4);
    let ending: String = number.chars().skip(from).collect();
    if kind == StoreCardKind::Gift {
        let toast = Toast::plain(fill(words::GIFT_UNKNOWN, &[("ending", &ending)]));
        let Some(code) = gift_card_code(number) else { return toast };
        let desk = desk.clone();
        return toast.with_action(t(gift::SELL_IT), "gift", move || sell_gift(&desk, &code));
    }
    let Place::Clients(ClientAim::Card(card)) = desk.place else {
        return Toast::plain(fill(words::CARD_UNKNOWN, &[("ending", &ending)]));
    };
    let toast = Toast::plain(fill(words::CARD_FREE, &[("ending", &ending)]));
    if !desk.may(Permission::ClientWrite) {
        return toast;
    }
    let (desk, key) = (desk.clone(), new_key());
    let set = BTreeMap::from([(field::LOYALTY_NUMBER.to_owned(), number.to_owned())]);
    toast.with_action(t(words::CARD_GIVE), "check", move || {
        let told = desk.toast.clone();
        desk.run(SaveClient { key, card: Some(card), set: set.clone() }, move |client| {
            told.emit(Toast::good(fill(words::CARD_GIVEN, &[("name", &client.name)])));
        });
    })
}

fn search_for(text: &str) {
    browser::focus("[data-test='search']");
    if let Some(field) = Field::active() {
        field.put(text);
    }
}

/// What the listener keeps between keys.
struct Ear {
    wedge: Wedge,
    /// Where the keys of the burst in hand go. More than one where the focus moved while they were held.
    aims: Vec<Aim>,
    timer: Option<Timeout>,
}

struct Aim {
    /// As it was before the burst.
    field: Option<Field>,
    /// How many of the burst's keys were for another field before.
    from: usize,
    /// Nothing of the burst is in it.
    restored: bool,
}

impl Ear {
    /// Another field has the focus than that which the burst in hand was typed into. A scanner types on as if nothing had
    /// happened; but if it is no scanner, what was typed from here on belongs there.
    fn moved_to(&mut self, active: &Option<Field>) {
        let Some(now) = active.as_ref().filter(|_| !self.wedge.is_idle()) else { return };
        if self.aims.last().and_then(|aim| aim.field.as_ref()).is_some_and(|last| last.is(now)) {
            return;
        }
        self.wedge.moved();
        if !self.wedge.is_idle() {
            self.aims.push(Aim { field: active.clone(), from: self.wedge.keys(), restored: true });
        }
    }
}

type Scanned = Rc<dyn Fn(String)>;

/// Calls the newest `scanned` with every code that a scanner types. Listens before anybody else in the page does.
#[hook]
fn use_wedge(rules: ScanRules, scanned: impl Fn(String) + 'static) {
    let newest = use_mut_ref(|| None::<Scanned>);
    *newest.borrow_mut() = Some(Rc::new(scanned));
    let ear = use_mut_ref(|| Ear { wedge: Wedge::new(ScanRules::default()), aims: Vec::new(), timer: None });
    use_effect_with(rules, {
        let ear = ear.clone();
        move |rules| ear.borrow_mut().wedge.set_rules(rules.clone())
    });
    use_effect_with((), move |()| {
        let tell: Scanned = Rc::new(move |text| {
            let newest = newest.borrow().clone();
            if let Some(scanned) = newest {
                scanned(text);
            }
        });
        let keys = Closure::<dyn FnMut(KeyboardEvent)>::new({
            let (ear, tell) = (ear.clone(), tell.clone());
            move |event: KeyboardEvent| hear(&ear, &tell, &event)
        });
        let clicks = Closure::<dyn FnMut(web_sys::Event)>::new({
            let ear = ear.clone();
            move |_| {
                let event = ear.try_borrow_mut().map_or(Event::None, |mut ear| ear.wedge.interrupt());
                settle(&ear, &tell, event);
            }
        });
        listen(&keys, &clicks, true);
        move || {
            listen(&keys, &clicks, false);
            drop((keys, clicks));
            ear.borrow_mut().timer = None;
        }
    });
}

type OnKey = Closure<dyn FnMut(KeyboardEvent)>;
type OnClick = Closure<dyn FnMut(web_sys::Event)>;

/// Capturing: a key that is held back is one that nobody else has seen.
fn listen(keys: &OnKey, clicks: &OnClick, on: bool) {
    let Some(window) = browser::window() else { return };
    for (name, closure) in [("keydown", keys.as_ref()), ("pointerdown", clicks.as_ref())] {
        let function = closure.unchecked_ref();
        let _ = if on {
            window.add_event_listener_with_callback_and_bool(name, function, true)
        } else {
            window.remove_event_listener_with_callback_and_bool(name, function, true)
        };
    }
}

fn key_of(event: &KeyboardEvent, in_field: bool, idle: bool) -> Option<Key> {
    let name = event.key();
    if matches!(
        name.as_str(),
        "Shift" | "Control" | "Alt" | "AltGraph" | "Meta" | "CapsLock" | "NumLock" | "Fn" | "Unidentified"
    ) {
        return None;
    }
    let alone = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
    let typed = alone || event.get_modifier_state("AltGraph");
    // A key held down repeats as quickly as a scanner types; a composed character is no scanner's.
    if event.repeat() || event.is_composing() {
        return Some(Key::Other);
    }
    // Scanners send GS1's separator as Ctrl and ].
    if event.ctrl_key() && !idle && (name == "]" || event.code() == "BracketRight") {
        return Some(Key::Char('\u{1d}'));
    }
    let mut chars = name.chars();
    Some(match (chars.next(), chars.next()) {
        // Where no field is, a space presses the button that has the focus.
        (Some(' '), None) if idle && !in_field => Key::Other,
        (Some(c), None) if typed => Key::Char(c),
        _ if name == "Dead" && !idle => Key::Char('^'),
        _ if alone && !event.shift_key() && (name == "Enter" || name == "Tab") => Key::End,
        _ => Key::Other,
    })
}

fn hear(ear: &Rc<RefCell<Ear>>, tell: &Scanned, event: &KeyboardEvent) {
    // Keys that are given back come by here again, and a key that comes while one is handled is ours too.
    if !event.is_trusted() {
        return;
    }
    let Ok(idle) = ear.try_borrow().map(|ear| ear.wedge.is_idle()) else { return };
    let Some(key) = key_of(event, Field::active().is_some(), idle) else { return };
    loop {
        let active = Field::active();
        let press = Press { key, at_ms: event.time_stamp(), in_field: active.is_some() };
        let Ok(mut listening) = ear.try_borrow_mut() else { return };
        listening.moved_to(&active);
        if listening.wedge.begins(&press) {
            listening.aims = vec![Aim { field: active, from: 0, restored: false }];
        }
        let happened = listening.wedge.press(press);
        drop(listening);
        let again = matches!(happened, Event::Release(_) | Event::Scan { with_key: false, .. });
        if matches!(happened, Event::Held | Event::Scan { with_key: true, .. }) {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
        settle(ear, tell, happened);
        if !again {
            break;
        }
    }
    arm(ear, tell);
}

/// Does what the wedge says, with nothing borrowed: what the page does in return may come by here.
fn settle(ear: &Rc<RefCell<Ear>>, tell: &Scanned, event: Event) {
    match event {
        Event::None => {}
        Event::Held => {
            let field = ear.try_borrow_mut().ok().and_then(|mut ear| {
                let aim = ear.aims.iter_mut().find(|aim| !aim.restored)?;
                aim.restored = true;
                aim.field.clone()
            });
            if let Some(field) = field {
                field.restore();
            }
        }
        Event::Scan { text, .. } => tell(text),
        Event::Release(text) => {
            let aims = ear.try_borrow_mut().map(|mut ear| std::mem::take(&mut ear.aims)).unwrap_or_default();
            let ends = aims.iter().skip(1).map(|aim| aim.from).chain([usize::MAX]);
            for (aim, end) in aims.iter().zip(ends) {
                let part: String = text.chars().take(end).skip(aim.from).collect();
                match &aim.field {
                    _ if part.is_empty() => {}
                    Some(field) => field.insert(&part),
                    None => part.chars().for_each(give_key),
                }
            }
        }
    }
}

/// A timer that is this late waited for a page that was busy, and keys may be waiting behind it.
const LATE_MS: f64 = 15.0;

/// Sees to it that what is held is settled when no further key comes.
fn arm(ear: &Rc<RefCell<Ear>>, tell: &Scanned) {
    let Ok(mut listening) = ear.try_borrow_mut() else { return };
    let Some(patience_ms) = listening.wedge.patience_ms() else {
        listening.timer = None;
        return;
    };
    let (weak, tell) = (Rc::downgrade(ear), tell.clone());
    let due_ms = browser::now_ms() + f64::from(patience_ms);
    listening.timer = Some(Timeout::new(patience_ms, move || {
        let Some(ear) = weak.upgrade() else { return };
        if browser::now_ms() - due_ms > LATE_MS {
            arm(&ear, &tell);
            return;
        }
        // Keys tell their own time, which another clock need not agree with: the timer itself is the measure.
        let event = ear.try_borrow_mut().map_or(Event::None, |mut ear| ear.wedge.interrupt());
        settle(&ear, &tell, event);
    }));
}
