//! Fields as they were, as they shall be, and keys that are given back: what hearing a scanner needs of the page.

use crate::browser;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, EventInit, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, InputEvent, InputEventInit,
    KeyboardEvent, KeyboardEventInit,
};

#[derive(Clone)]
enum Kind {
    Input(HtmlInputElement),
    Area(HtmlTextAreaElement),
    Select(HtmlSelectElement),
}

/// A field that keys go to, as it is now. `from` and `to` are the selection, in UTF-16 units as the browser counts.
#[derive(Clone)]
pub struct Field {
    kind: Kind,
    value: String,
    from: usize,
    to: usize,
}

/// Inputs that take no characters.
const NO_TEXT: [&str; 10] =
    ["checkbox", "radio", "button", "submit", "reset", "image", "file", "range", "color", "hidden"];

impl Field {
    /// The field that has the focus, when there is one.
    pub fn active() -> Option<Field> {
        let element = browser::document()?.active_element()?;
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            if NO_TEXT.contains(&input.type_().as_str()) {
                return None;
            }
            let ends = (input.selection_start(), input.selection_end());
            return Some(Field::new(Kind::Input(input.clone()), input.value(), ends));
        }
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            let ends = (area.selection_start(), area.selection_end());
            return Some(Field::new(Kind::Area(area.clone()), area.value(), ends));
        }
        let select = element.dyn_into::<HtmlSelectElement>().ok()?;
        let value = select.value();
        Some(Field { kind: Kind::Select(select), value, from: 0, to: 0 })
    }

    /// Numbers and emails have no selection that can be asked for: what is typed there goes to the end.
    fn new<E>(kind: Kind, value: String, ends: (Result<Option<u32>, E>, Result<Option<u32>, E>)) -> Field {
        let end = value.encode_utf16().count();
        let place = |at: Result<Option<u32>, E>| at.ok().flatten().map_or(end, |at| (at as usize).min(end));
        let (from, to) = (place(ends.0), place(ends.1));
        Field { kind, value, from: from.min(to), to }
    }

    /// Whether both are the same field, whatever is in it.
    pub fn is(&self, other: &Field) -> bool {
        self.element() == other.element()
    }

    fn element(&self) -> &Element {
        match &self.kind {
            Kind::Input(input) => input,
            Kind::Area(area) => area,
            Kind::Select(select) => select,
        }
    }

    /// Puts the field back to what it was, and tells the page.
    pub fn restore(&self) {
        let changed = match &self.kind {
            Kind::Input(input) => input.value() != self.value,
            Kind::Area(area) => area.value() != self.value,
            Kind::Select(select) => select.value() != self.value,
        };
        if changed {
            self.set(&self.value);
        }
        self.mark(self.from, self.to);
    }

    /// Puts `text` where it would have gone if it had been typed.
    pub fn insert(&self, text: &str) {
        if matches!(self.kind, Kind::Select(_)) {
            return;
        }
        let units: Vec<u16> = self.value.encode_utf16().collect();
        let typed: Vec<u16> = text.encode_utf16().collect();
        let caret = self.from + typed.len();
        let whole = [&units[..self.from], &typed, &units[self.to..]].concat();
        self.set(&String::from_utf16_lossy(&whole));
        self.mark(caret, caret);
    }

    /// Puts `text` in place of what is there.
    pub fn put(&self, text: &str) {
        self.set(text);
        let end = text.encode_utf16().count();
        self.mark(end, end);
    }

    fn set(&self, value: &str) {
        match &self.kind {
            Kind::Input(input) => {
                input.set_value(value);
                tell_input(input);
            }
            Kind::Area(area) => {
                area.set_value(value);
                tell_input(area);
            }
            Kind::Select(select) => {
                select.set_value(value);
                let init = EventInit::new();
                init.set_bubbles(true);
                if let Ok(event) = Event::new_with_event_init_dict("change", &init) {
                    let _ = select.dispatch_event(&event);
                }
            }
        }
    }

    /// Fields without a selection refuse; then the caret is at the end anyway.
    fn mark(&self, from: usize, to: usize) {
        let _ = match &self.kind {
            Kind::Input(input) => input.set_selection_range(from as u32, to as u32),
            Kind::Area(area) => area.set_selection_range(from as u32, to as u32),
            Kind::Select(_) => Ok(()),
        };
    }
}

fn tell_input(element: &Element) {
    let init = InputEventInit::new();
    init.set_bubbles(true);
    if let Ok(event) = InputEvent::new_with_event_init_dict("input", &init) {
        let _ = element.dispatch_event(&event);
    }
}

/// Gives back a key that was held where no field had the focus: the page's shortcuts see it, and where one of them put
/// the focus into a field, the character goes there, as the browser would have done it.
pub fn give_key(c: char) {
    if let Some(field) = Field::active() {
        field.insert(&c.to_string());
        return;
    }
    let init = KeyboardEventInit::new();
    init.set_key(&c.to_string());
    init.set_bubbles(true);
    init.set_cancelable(true);
    let Ok(event) = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init) else { return };
    let Some(document) = browser::document() else { return };
    let target = document.active_element().or_else(|| document.document_element());
    let allowed = target.is_some_and(|target| target.dispatch_event(&event).unwrap_or(false));
    if let (true, Some(field)) = (allowed, Field::active()) {
        field.insert(&c.to_string());
    }
}
