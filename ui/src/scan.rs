//! Tells a scanner that types as a keyboard does from a person: by the time between keys. Pure: keys and times in,
//! what to do with the keys out. The listener that feeds it is in `terminal::scan`.
//!
//! A scanner sends its characters a few milliseconds apart, a person's quickest roll over two or three keys takes some
//! twenty to thirty each, and nobody keeps that up. So the first keys of a burst go where keys go; from the fourth on
//! they are held back, and whoever feeds this puts the field back to what it was before the burst. Then either it was a
//! scan, or the keys are given back. Where keys go to no field (they would be shortcuts), and where a stripe's start sign
//! begins, even the first key is held for a moment.

use salon_domain::scan::{ScanRules, is_payment_card};

/// So many keys in quick succession are no person.
const QUICK_KEYS: usize = 4;
/// A stripe's reader may be slow, or the page busy: what has begun as a stripe is held for so long between two keys.
const STRIPE_GAP_MS: u16 = 500;
/// A code is never longer than a QR code's text; more is a key that is stuck.
const KEYS_MAX: usize = 4_300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// Enter or Tab: how scanners end a code.
    End,
    /// Anything else that does something: arrows, Escape, Backspace, shortcuts, and keys that repeat.
    Other,
}

/// One key going down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Press {
    pub key: Key,
    pub at_ms: f64,
    /// It would go into a field.
    pub in_field: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The key is a key: let it go where it goes.
    None,
    /// It may be a scan: hold the key back, and see that nothing of the burst stays in a field.
    Held,
    /// A whole code. With `with_key` the key that came is its end: hold it back. Without, it was over before: feed the
    /// key again.
    Scan { text: String, with_key: bool },
    /// It was a person after all, or something else that types quickly: the held burst belongs where it was typed. Then
    /// the key that came is fed again; nothing is known of it yet.
    Release(String),
}

#[derive(Debug)]
pub struct Wedge {
    rules: ScanRules,
    burst: String,
    keys: usize,
    last_ms: f64,
    holding: bool,
}

impl Wedge {
    pub fn new(rules: ScanRules) -> Self {
        Wedge { rules, burst: String::new(), keys: 0, last_ms: 0.0, holding: false }
    }

    pub fn set_rules(&mut self, rules: ScanRules) {
        self.rules = rules;
    }

    /// Whether the key would begin a burst of its own, with nothing held of an earlier one: the moment to remember what
    /// the field is like.
    pub fn begins(&self, press: &Press) -> bool {
        self.is_idle() || !self.holding && !self.in_time(press)
    }

    /// Whether no burst is in hand.
    pub fn is_idle(&self) -> bool {
        self.keys == 0
    }

    /// How many keys the burst in hand has.
    pub fn keys(&self) -> usize {
        self.keys
    }

    /// The keys go to another field now: what was typed into the one before is no part of a scan. What is held already
    /// stays a burst, for the page may move the focus while a scanner types; whoever feeds this remembers which of its keys
    /// were for which field, should they be given back.
    pub fn moved(&mut self) {
        if !self.holding {
            self.burst.clear();
            self.keys = 0;
        }
    }

    fn in_time(&self, press: &Press) -> bool {
        let waited = press.at_ms - self.last_ms;
        match press.key {
            Key::Char(_) => waited <= f64::from(self.gap_ms()),
            Key::End => waited <= f64::from(self.gap_ms().max(self.rules.pause_ms)),
            Key::Other => false,
        }
    }

    /// After so long without a key what is held is over: time for `interrupt`. `None` when nothing is held: then the
    /// next key's own time says all there is to say. Longer than the keys themselves may take, for a key that was pressed
    /// in time may reach a busy page late.
    pub fn patience_ms(&self) -> Option<u32> {
        let allowance = if self.keys < QUICK_KEYS { 15 } else { self.gap_ms() };
        self.holding.then(|| u32::from(self.gap_ms()) + u32::from(allowance))
    }

    /// How long the next key may take. Quick keys make a burst; once there is one, a slower key does not end it.
    fn gap_ms(&self) -> u16 {
        let stripe = self.burst.starts_with(['%', ';']) && !self.burst.ends_with('?');
        match self.keys {
            few if few < QUICK_KEYS => self.rules.gap_ms_max,
            _ if stripe => STRIPE_GAP_MS,
            _ => self.rules.pause_ms,
        }
    }

    pub fn press(&mut self, press: Press) -> Event {
        if !self.is_idle() && (!self.in_time(&press) || self.keys >= KEYS_MAX) {
            match self.finish(false) {
                Event::None => {}
                over => return over,
            }
        }
        match press.key {
            Key::Char(c) => self.add(c, press),
            Key::End if self.is_idle() => Event::None,
            Key::End => self.finish(true),
            Key::Other => Event::None,
        }
    }

    /// No key came for `patience_ms`, or something else happens (a click): whatever is held is settled now.
    pub fn interrupt(&mut self) -> Event {
        if self.is_idle() { Event::None } else { self.finish(false) }
    }

    fn add(&mut self, c: char, press: Press) -> Event {
        if self.is_idle() {
            self.holding = !press.in_field || self.begins_a_scan(c);
        }
        self.burst.push(c);
        self.keys += 1;
        self.last_ms = press.at_ms;
        self.holding |= self.keys >= QUICK_KEYS;
        if self.holding { Event::Held } else { Event::None }
    }

    /// A stripe's start sign, or the configured prefix where that is no letter or digit.
    fn begins_a_scan(&self, c: char) -> bool {
        matches!(c, '%' | ';') || !c.is_alphanumeric() && self.rules.prefix.starts_with(c)
    }

    fn finish(&mut self, ended: bool) -> Event {
        let (burst, keys, held) = (std::mem::take(&mut self.burst), self.keys, self.holding);
        (self.keys, self.holding) = (0, false);
        if !held {
            return Event::None;
        }
        let long = keys >= usize::from(self.rules.chars_min);
        let framed = |affix: &str, has: bool| !affix.is_empty() && has;
        let whole = ended
            || framed(&self.rules.prefix, burst.starts_with(&self.rules.prefix))
            || framed(&self.rules.suffix, burst.ends_with(&self.rules.suffix))
            || burst.starts_with(['%', ';']) && burst.ends_with('?');
        let quick = keys >= QUICK_KEYS;
        // A payment card's number is never given back to a field, however it came.
        if quick && (long && whole || is_payment_card(&burst, &self.rules)) {
            Event::Scan { text: burst, with_key: ended }
        } else {
            Event::Release(burst)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds keys `gap_ms` apart, as the listener does, and gives what came of them: the keys that went through, the
    /// scans, and what was given back, in order.
    struct Desk {
        wedge: Wedge,
        now_ms: f64,
        field: String,
        /// The field before the burst in hand.
        before: Option<String>,
        in_field: bool,
        scans: Vec<String>,
        enters: usize,
    }

    impl Desk {
        fn new(in_field: bool) -> Desk {
            let wedge = Wedge::new(ScanRules::default());
            Desk { wedge, now_ms: 1_000.0, field: String::new(), before: None, in_field, scans: Vec::new(), enters: 0 }
        }

        fn settle(&mut self, event: Event) -> bool {
            match event {
                Event::None => return false,
                Event::Held => {
                    if let Some(before) = &self.before {
                        self.field = before.clone();
                    }
                }
                Event::Scan { text, .. } => self.scans.push(text),
                Event::Release(text) => self.field.push_str(&text),
            }
            true
        }

        fn press(&mut self, key: Key) {
            let press = Press { key, at_ms: self.now_ms, in_field: self.in_field };
            let event = loop {
                if self.wedge.begins(&press) {
                    self.before = Some(self.field.clone());
                }
                match self.wedge.press(press) {
                    over @ (Event::Release(_) | Event::Scan { with_key: false, .. }) => self.settle(over),
                    other => break other,
                };
            };
            if !self.settle(event) {
                match key {
                    Key::Char(c) => self.field.push(c),
                    Key::End => self.enters += 1,
                    Key::Other => {}
                }
            }
        }

        fn type_text(&mut self, text: &str, gap_ms: f64) {
            for c in text.chars() {
                self.now_ms += gap_ms;
                self.press(Key::Char(c));
            }
        }

        fn enter(&mut self, gap_ms: f64) {
            self.now_ms += gap_ms;
            self.press(Key::End);
        }

        fn wait(&mut self, ms: f64) {
            self.now_ms += ms;
            let waited = self.now_ms - self.wedge.last_ms;
            if self.wedge.patience_ms().is_some_and(|patience| waited >= f64::from(patience)) {
                let event = self.wedge.interrupt();
                self.settle(event);
            }
        }
    }

    #[test]
    fn a_scan_leaves_the_field_as_it_was_and_presses_nothing() {
        for gap_ms in [0.0, 1.0, 8.0, 20.0, 35.0] {
            let mut desk = Desk::new(true);
            desk.type_text("Ada", 140.0);
            desk.now_ms += 400.0;
            desk.type_text("4006381333931", gap_ms);
            desk.enter(gap_ms);
            assert_eq!((desk.field.as_str(), desk.enters), ("Ada", 0), "{gap_ms} ms");
            assert_eq!(desk.scans, ["4006381333931"]);
        }
    }

    #[test]
    fn a_scan_straight_after_typing_and_two_scans_in_a_row() {
        let mut desk = Desk::new(true);
        desk.type_text("Ad", 120.0);
        desk.now_ms += 60.0;
        desk.type_text("4006381333931", 5.0);
        desk.enter(5.0);
        desk.now_ms += 20.0;
        desk.type_text("036000291452", 5.0);
        desk.enter(5.0);
        assert_eq!(desk.scans, ["4006381333931", "036000291452"]);
        assert_eq!(desk.field, "Ad");
    }

    #[test]
    fn the_fastest_typist_loses_no_key_and_waits_for_none_for_long() {
        // Keys rolled over two and three at a time, 20 ms apart, 90 ms between the rolls.
        let mut desk = Desk::new(true);
        let text = "The quick brown fox jumps over the lazy dog";
        let letters: Vec<char> = text.chars().collect();
        for roll in letters.chunks(3) {
            desk.now_ms += 70.0;
            desk.type_text(&roll.iter().collect::<String>(), 20.0);
        }
        desk.enter(90.0);
        assert_eq!((desk.field.as_str(), desk.enters, desk.scans.len()), (text, 1, 0));
        // And a machine's four keys at once, without an end: they come back.
        desk.now_ms += 300.0;
        desk.type_text(" quickly typed", 10.0);
        desk.wait(120.0);
        assert_eq!((desk.field, desk.scans.len()), (format!("{text} quickly typed"), 0));
    }

    #[test]
    fn short_bursts_with_enter_are_typing() {
        let mut desk = Desk::new(true);
        desk.type_text("1234", 30.0);
        desk.enter(30.0);
        assert_eq!((desk.field.as_str(), desk.enters, desk.scans.len()), ("1234", 1, 0));
        let mut desk = Desk::new(true);
        desk.type_text("12", 30.0);
        desk.enter(30.0);
        assert_eq!((desk.field.as_str(), desk.enters), ("12", 1));
    }

    #[test]
    fn a_key_held_down_is_no_scan() {
        let mut desk = Desk::new(true);
        desk.type_text("a", 200.0);
        for _ in 0..40 {
            desk.now_ms += 30.0;
            desk.press(Key::Other);
            desk.field.push('a');
        }
        desk.enter(30.0);
        assert_eq!((desk.field.len(), desk.enters, desk.scans.len()), (41, 1, 0));
    }

    #[test]
    fn an_arrow_in_the_middle_ends_it() {
        let mut desk = Desk::new(true);
        desk.type_text("400638", 10.0);
        desk.press(Key::Other);
        desk.enter(10.0);
        assert_eq!((desk.field.as_str(), desk.enters, desk.scans.len()), ("400638", 1, 0));
    }

    #[test]
    fn without_a_field_even_the_first_key_waits_a_moment() {
        let mut desk = Desk::new(false);
        desk.type_text("n", 10.0);
        assert_eq!(desk.field, "", "not yet");
        desk.wait(50.0);
        assert_eq!(desk.field, "n", "a shortcut after all");
        desk.type_text("T-1000 Y", 12.0);
        desk.enter(12.0);
        assert_eq!((desk.field.as_str(), desk.scans.as_slice()), ("n", &["T-1000 Y".to_owned()][..]));
        // Two keys of a person: given back when the second comes, the first before it.
        desk.type_text("ab", 50.0);
        desk.wait(50.0);
        assert_eq!(desk.field, "nab");
    }

    #[test]
    fn prefix_or_suffix_end_a_code_without_enter() {
        for (prefix, suffix, sent) in [("~", "", "~4006381333931"), ("", "#", "4006381333931#")] {
            let mut desk = Desk::new(true);
            desk.wedge.set_rules(ScanRules { prefix: prefix.into(), suffix: suffix.into(), ..ScanRules::default() });
            desk.type_text(sent, 10.0);
            desk.wait(60.0);
            assert!(desk.scans.is_empty(), "it may go on");
            desk.wait(60.0);
            // A person goes on typing before the code was seen to be over.
            desk.type_text(sent, 10.0);
            desk.type_text("o", 70.0);
            assert_eq!((desk.scans, desk.field.as_str()), (vec![sent.to_owned(), sent.to_owned()], "o"));
        }
    }

    #[test]
    fn a_payment_card_never_reaches_a_field() {
        for (text, enter) in [
            (";4111111111111111=25121010000000000?", true),
            (";4111111111111111=25121010000000000?", false),
            ("%B4111111111111111^DOE/JANE^25121010000000000?", false),
            ("4111111111111111", false),
            ("4111111111111111", true),
        ] {
            let mut desk = Desk::new(true);
            let mut longest = 0;
            for c in text.chars() {
                desk.type_text(&c.to_string(), 8.0);
                longest = longest.max(desk.field.len());
            }
            if enter {
                desk.enter(8.0);
            } else {
                desk.wait(120.0);
            }
            assert_eq!((desk.field.as_str(), desk.scans.as_slice()), ("", &[text.to_owned()][..]), "{text}");
            let most = if text.starts_with('4') { QUICK_KEYS - 1 } else { 0 };
            assert_eq!(longest, most, "{text}");
        }
    }

    #[test]
    fn a_slow_moment_in_the_middle_ends_nothing() {
        for (text, slow_ms) in [("4006381333931", 55.0), (";4111111111111111=25121010000000000?", 400.0)] {
            let mut desk = Desk::new(true);
            let (quick, rest) = text.split_at(6);
            desk.type_text(quick, 10.0);
            desk.type_text(rest, slow_ms);
            desk.enter(10.0);
            assert_eq!((desk.field.as_str(), desk.scans.as_slice()), ("", &[text.to_owned()][..]));
        }
    }

    #[test]
    fn a_stuck_key_ends_somewhere() {
        let mut desk = Desk::new(true);
        desk.type_text(&"x".repeat(10_000), 1.0);
        desk.wait(120.0);
        assert_eq!(desk.field.len(), 10_000);
    }

    #[test]
    fn keys_into_two_fields_are_two_bursts() {
        let mut wedge = Wedge::new(ScanRules::default());
        let press = |c: char, at_ms: f64| Press { key: Key::Char(c), at_ms, in_field: true };
        for (n, c) in "Ada".chars().enumerate() {
            assert_eq!(wedge.press(press(c, n as f64)), Event::None);
        }
        wedge.moved();
        assert!(wedge.begins(&press('L', 4.0)));
        for (n, c) in "Lov".chars().enumerate() {
            assert_eq!(wedge.press(press(c, 4.0 + n as f64)), Event::None);
        }
        assert_eq!(wedge.press(press('e', 8.0)), Event::Held);
        wedge.moved();
        assert_eq!(wedge.interrupt(), Event::Release("Love".into()));
    }

    #[test]
    fn a_click_settles_what_is_held() {
        let mut wedge = Wedge::new(ScanRules::default());
        assert_eq!(wedge.interrupt(), Event::None);
        let mut last = Event::None;
        for (n, c) in "Lovelace".chars().enumerate() {
            last = wedge.press(Press { key: Key::Char(c), at_ms: n as f64, in_field: true });
        }
        assert_eq!(last, Event::Held);
        assert_eq!(wedge.interrupt(), Event::Release("Lovelace".into()));
        assert!(wedge.is_idle());
    }
}
