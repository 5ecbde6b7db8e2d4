use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct AvatarProps {
    pub name: AttrValue,
    /// 0..=11, of the palette of column colours.
    pub color: u8,
    #[prop_or_default]
    pub large: bool,
}

#[component]
pub fn Avatar(props: &AvatarProps) -> Html {
    let mut words = props.name.split_whitespace().filter_map(|w| w.chars().next());
    let initials: String = words.next().into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect();
    html! {
        <span class={classes!("avatar", format!("tone-{}", props.color % 12), props.large.then_some("large"))} aria-hidden="true">
            { initials }
        </span>
    }
}
