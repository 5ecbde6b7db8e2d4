//! The faces of a list that has nothing to show: not yet, never, or because of a fault.

use super::Icon;
use crate::hooks::{Asked, Loaded};
use crate::text::{common, sentence, t};
use salon_contract::window::Failure;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SkeletonProps {
    #[prop_or(4)]
    pub rows: u8,
}

#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    html! {
        <div class="skeleton" role="status" aria-label={t(common::LOADING)}>
            for _ in 0..props.rows { <span></span> }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct EmptyProps {
    pub icon: &'static str,
    pub text: AttrValue,
    #[prop_or_default]
    pub children: Children,
}

#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="face">
            <Icon name={props.icon} class="face-icon" />
            <p>{ &props.text }</p>
            { props.children.clone() }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct ErrorFaceProps {
    pub failure: Failure,
    pub again: Callback<()>,
}

#[component]
pub fn ErrorFace(props: &ErrorFaceProps) -> Html {
    let onclick = props.again.reform(|_| ());
    html! {
        <div class="face" role="alert">
            <Icon name="triangle-alert" class="face-icon bad" />
            <p>{ sentence(&props.failure) }</p>
            <button class="button" {onclick}>{ t(common::TRY_AGAIN) }</button>
        </div>
    }
}

/// The value drawn by `draw`, or the face for not having it.
pub fn loaded<T>(asked: &Asked<T>, draw: impl FnOnce(&T) -> Html) -> Html {
    match &asked.state {
        Loaded::Waiting => html! { <Skeleton /> },
        Loaded::Failed(failure) => html! { <ErrorFace failure={failure.clone()} again={asked.again.clone()} /> },
        Loaded::Here(value) => draw(value),
    }
}
