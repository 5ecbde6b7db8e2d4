//! The face of a page that has failed by a fault of its own: it says so and can be loaded anew, instead of standing there
//! and answering nothing. It is drawn without the page's own machinery, for that is what failed.

use crate::browser::document;
use crate::text::{common, t};
use wasm_bindgen::JsValue;

/// From now on a fault of the page is shown, and written to the browser's console.
pub fn show_faults() {
    yew::set_custom_panic_hook(Box::new(|fault| {
        web_sys::console::error_1(&JsValue::from_str(&fault.to_string()));
        // Where even this cannot be drawn the console has said it.
        let _ = draw();
    }));
}

fn draw() -> Option<()> {
    let document = document()?;
    let make = |name: &str, class: &str, text: &str| {
        let element = document.create_element(name).ok()?;
        element.set_class_name(class);
        element.set_text_content(Some(text));
        Some(element)
    };
    let face = make("div", "stopped", "")?;
    let body = make("div", "stopped-body", "")?;
    // An address that is empty is the page's own.
    let again = make("a", "button primary", t(common::RELOAD))?;
    face.set_attribute("role", "alertdialog").ok()?;
    face.set_attribute("data-test", "stopped").ok()?;
    again.set_attribute("href", "").ok()?;
    for part in [make("h2", "", t(common::STOPPED))?, make("p", "", t(common::STOPPED_HINT))?, again] {
        body.append_child(&part).ok()?;
    }
    face.append_child(&body).ok()?;
    document.body()?.append_child(&face).ok()?;
    Some(())
}
