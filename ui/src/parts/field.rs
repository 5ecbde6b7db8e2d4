use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What the field that an event comes from holds.
pub fn input_value(event: &InputEvent) -> String {
    let Some(target) = event.target() else { return String::new() };
    match target.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(other) => other.dyn_into::<HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default(),
    }
}

pub fn select_value(event: &Event) -> String {
    event.target_dyn_into::<HtmlSelectElement>().map(|s| s.value()).unwrap_or_default()
}

#[derive(PartialEq, Properties)]
pub struct FieldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    #[prop_or_default]
    pub inputmode: Option<AttrValue>,
    #[prop_or_default]
    pub autocomplete: Option<AttrValue>,
    #[prop_or_default]
    pub test: Option<AttrValue>,
    #[prop_or_default]
    pub multiline: bool,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub onenter: Callback<()>,
    #[prop_or_default]
    pub invalid: bool,
}

#[component]
pub fn Field(props: &FieldProps) -> Html {
    let node = use_node_ref();
    use_effect_with(props.autofocus, {
        let node = node.clone();
        move |autofocus| {
            if let (true, Some(input)) = (*autofocus, node.cast::<web_sys::HtmlElement>()) {
                let _ = input.focus();
            }
        }
    });
    let oninput = props.oninput.reform(|e: InputEvent| input_value(&e));
    let onkeydown = {
        let onenter = props.onenter.clone();
        move |e: KeyboardEvent| {
            if e.key() == "Enter" {
                onenter.emit(());
            }
        }
    };
    let invalid = props.invalid.then_some("true");
    html! {
        <label class="field">
            <span class="field-label">{ &props.label }</span>
            if props.multiline {
                <textarea ref={node} rows="3" value={props.value.clone()} {oninput} placeholder={props.placeholder.clone()}
                    data-test={props.test.clone()} aria-invalid={invalid} />
            } else {
                <input ref={node} type={props.kind.clone()} value={props.value.clone()} {oninput} {onkeydown}
                    placeholder={props.placeholder.clone()} inputmode={props.inputmode.clone()}
                    autocomplete={props.autocomplete.clone().unwrap_or(AttrValue::Static("off"))}
                    data-test={props.test.clone()} aria-invalid={invalid} />
            }
        </label>
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Choice { value: value.to_string(), label: label.into() }
    }
}

#[derive(PartialEq, Properties)]
pub struct SegmentsProps {
    pub label: AttrValue,
    pub choices: Vec<Choice>,
    pub chosen: AttrValue,
    pub onchoose: Callback<String>,
}

/// A few exclusive choices side by side.
#[component]
pub fn Segments(props: &SegmentsProps) -> Html {
    html! {
        <div class="segments" role="group" aria-label={props.label.clone()}>
            for choice in props.choices.iter() {
                <button type="button" aria-pressed={(props.chosen == choice.value).to_string()}
                    data-value={choice.value.clone()}
                    onclick={let value = choice.value.clone(); props.onchoose.reform(move |_| value.clone())}>
                    { &choice.label }
                </button>
            }
        </div>
    }
}
