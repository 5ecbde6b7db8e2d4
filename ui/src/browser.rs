//! The few things that are asked of the browser itself: storage, clock, randomness, focus, theme.

use salon_domain::kernel::{EventId, Id};
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, Storage, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

/// The bytes of the file that was chosen in a file field.
pub async fn chosen_file(input: &web_sys::HtmlInputElement) -> Option<Vec<u8>> {
    let file = input.files()?.get(0)?;
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        // Only a page that is being left already refuses.
        let _ = window.location().reload();
    }
}

pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A new id of any kind.
pub fn new_id<T>() -> Id<T> {
    let mut random = [0_u8; 10];
    if let Some(Ok(crypto)) = window().map(|w| w.crypto()) {
        // Ten bytes are far below the call's limit of 65,536; nothing else can make it fail.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    Id::from_parts(now_ms() as i64, random)
}

/// A new idempotency key.
pub fn new_key() -> Uuid {
    let id: EventId = new_id();
    id.uuid()
}

/// One key for one intention: as long as what is asked for stays the same, a second try is the same command.
#[derive(Default)]
pub struct Intention(Option<(String, Uuid)>);

impl Intention {
    pub fn key(&mut self, content: &impl Serialize) -> Uuid {
        let print = serde_json::to_string(content).unwrap_or_default();
        match &self.0 {
            Some((known, key)) if *known == print => *key,
            _ => {
                let key = new_key();
                self.0 = Some((print, key));
                key
            }
        }
    }

    /// It is done: the same content again is another command.
    pub fn done(&mut self) {
        self.0 = None;
    }
}

fn storage(session: bool) -> Option<Storage> {
    let window = window()?;
    if session { window.session_storage().ok()? } else { window.local_storage().ok()? }
}

pub fn stored(name: &str) -> Option<String> {
    storage(false)?.get_item(name).ok()?
}

/// Storage may be full or forbidden; what is kept there is a convenience, so nothing is said.
pub fn store(name: &str, value: Option<&str>) {
    put(storage(false), name, value);
}

pub fn stored_for_session(name: &str) -> Option<String> {
    storage(true)?.get_item(name).ok()?
}

pub fn store_for_session(name: &str, value: Option<&str>) {
    put(storage(true), name, value);
}

fn put(storage: Option<Storage>, name: &str, value: Option<&str>) {
    if let Some(storage) = storage {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

pub fn query_parameter(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

const THEME: &str = "theme";

pub fn theme() -> Theme {
    match stored(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

pub fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    store(THEME, name);
    show_theme();
}

pub fn show_theme() {
    let Some(root) = document().and_then(|d| d.document_element()) else { return };
    let _ = match theme() {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

pub fn set_page_language(code: &str) {
    if let Some(root) = document().and_then(|d| d.document_element()) {
        let _ = root.set_attribute("lang", code);
    }
}

pub fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

pub fn find_all(selector: &str) -> Vec<Element> {
    let Some(Ok(list)) = document().map(|d| d.query_selector_all(selector)) else { return Vec::new() };
    (0..list.length()).filter_map(|ix| list.get(ix)?.dyn_into().ok()).collect()
}

pub fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

/// Whether keys typed now belong to a field.
pub fn is_typing() -> bool {
    document()
        .and_then(|d| d.active_element())
        .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
