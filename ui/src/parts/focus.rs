//! Where the keyboard is while something is open beside the screen or over it: inside it, and afterwards where it was
//! before. And Escape, which closes it.

use crate::browser;
use crate::hooks::use_keys;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// A field first: a panel's head has a button to close it, and nobody opens it for that.
const FIELDS: &str = "input:not([type='file']):not(:disabled), select:not(:disabled), textarea:not(:disabled)";
const CONTROLS: &str = "button:not(:disabled), [tabindex='0']";

/// What opens puts the reference that this gives on its outermost element. `onescape` is nothing while it must not be
/// closed.
#[hook]
pub fn use_opened(onescape: Option<Callback<()>>) -> NodeRef {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            let inside = node.cast::<Element>();
            let before = focused().filter(|element| !is_inside(element, &inside));
            if let Some(inside) = inside.as_ref().filter(|inside| !holds_focus(inside)) {
                focus_first(inside);
            }
            move || {
                // Somebody who went elsewhere meanwhile stays there.
                if focused().is_none_or(|element| is_inside(&element, &inside))
                    && let Some(before) = before.filter(|element| element.is_connected())
                {
                    let _ = before.focus();
                }
            }
        }
    });
    use_keys({
        let node = node.clone();
        move |event: &KeyboardEvent| {
            let Some(onescape) = onescape.as_ref().filter(|_| event.key() == "Escape") else { return };
            let inside = node.cast::<Element>();
            if !event.default_prevented() && focused().is_none_or(|element| is_its(&element, &inside)) {
                event.prevent_default();
                onescape.emit(());
            }
        }
    });
    node
}

/// What keys go to, if anything in particular.
fn focused() -> Option<HtmlElement> {
    let element = browser::document()?.active_element()?;
    let anything = element.tag_name() != "BODY" && !element.class_list().contains("screen");
    anything.then(|| element.dyn_into().ok()).flatten()
}

fn is_inside(element: &HtmlElement, outer: &Option<Element>) -> bool {
    outer.as_ref().is_some_and(|outer| outer.contains(Some(element)))
}

/// A field elsewhere has an Escape of its own, and so has what is open over the screen.
fn is_its(element: &HtmlElement, inside: &Option<Element>) -> bool {
    let over = element.closest(".popover").is_ok_and(|popover| popover.is_some());
    is_inside(element, inside) || !over && !browser::is_typing()
}

fn holds_focus(outer: &Element) -> bool {
    focused().is_some_and(|element| outer.contains(Some(&element)))
}

fn focus_first(outer: &Element) {
    let first = [FIELDS, CONTROLS].iter().find_map(|wanted| outer.query_selector(wanted).ok().flatten());
    if let Some(first) = first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

#[derive(PartialEq, Properties)]
pub struct SpokenPanelProps {
    pub class: &'static str,
    pub test: &'static str,
    /// `alert` is read out at once.
    #[prop_or_default]
    pub role: Option<&'static str>,
    pub children: Children,
}

/// A panel in place of the button that led to it: the next Tab goes to the first of its buttons, and none is pressed
/// by an Enter that was meant for the one before.
#[component]
pub fn SpokenPanel(props: &SpokenPanelProps) -> Html {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            if let (None, Some(element)) = (focused(), node.cast::<HtmlElement>()) {
                let _ = element.focus();
            }
        }
    });
    html! {
        <div ref={node} tabindex="-1" class={props.class} role={props.role} data-test={props.test}>{ props.children.clone() }</div>
    }
}
