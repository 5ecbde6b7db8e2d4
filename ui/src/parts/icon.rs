use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct IconProps {
    /// A name from `ui/icons.txt`.
    pub name: &'static str,
    /// Said by a screen reader and shown on hover; without it the icon is decoration.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
}

#[component]
pub fn Icon(props: &IconProps) -> Html {
    let href = format!("#{}", props.name);
    match &props.label {
        Some(label) => html! {
            <svg class={classes!("icon", props.class.clone())} role="img" aria-label={label}>
                <title>{ label }</title>
                <use href={href} />
            </svg>
        },
        None => html! {
            <svg class={classes!("icon", props.class.clone())} aria-hidden="true"><use href={href} /></svg>
        },
    }
}
