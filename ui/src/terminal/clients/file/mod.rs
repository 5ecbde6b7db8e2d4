//! A client's card beyond its plain fields: formulas first, for they are what a stylist opens a card for.

mod duplicates;
mod formula_edit;
mod formulas;
mod past;
mod patch_tests;
mod people;
mod profile;

pub use duplicates::DuplicatesScreen;
pub use formula_edit::FormulaEdit;
pub use formulas::{empty_bowl, mixture};

use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Toast, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{common, t};
use crate::transport::Heard;
use formulas::Formulas;
use past::{Merged, Past};
use patch_tests::PatchTests;
use people::{Family, Notes};
use profile::{Consents, Preferences, Tags};
use salon_contract::window::{ChangeClient, ClientAct, ClientFile, ClientView, Notice};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClientFilePartProps {
    pub view: ClientView,
    pub onsaved: Callback<()>,
}

#[component]
pub fn ClientFilePart(props: &ClientFilePartProps) -> Html {
    let desk = use_desk();
    let card = props.view.card;
    let file = use_ask(Some(ClientFile { card }));
    let intention = use_mut_ref(Intention::default);
    use_heard({
        let again = file.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Clients | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let act = {
        let (desk, again, onsaved) = (desk.clone(), file.again.clone(), props.onsaved.clone());
        Callback::from(move |what: ClientAct| {
            let key = intention.borrow_mut().key(&(card, &what));
            let (toast, again, onsaved, intention) =
                (desk.toast.clone(), again.clone(), onsaved.clone(), intention.clone());
            desk.run(ChangeClient { key, card, what }, move |_| {
                intention.borrow_mut().done();
                toast.emit(Toast::good(t(common::SAVED)));
                again.emit(());
                onsaved.emit(());
            });
        })
    };
    let view = props.view.clone();
    let onsaved = {
        let (again, onsaved) = (file.again.clone(), props.onsaved.clone());
        Callback::from(move |()| {
            again.emit(());
            onsaved.emit(());
        })
    };
    loaded(&file, |file| {
        html! {
            <div class="client-file">
                <Formulas formulas={file.formulas.clone()} act={act.clone()} />
                <PatchTests tests={file.patch_tests.clone()} act={act.clone()} />
                <Notes notes={file.notes.clone()} act={act.clone()} />
                <Preferences view={view.clone()} onsaved={onsaved.clone()} />
                <Tags tags={file.tags.clone()} act={act.clone()} />
                <Consents consents={file.consents.clone()} act={act.clone()} />
                <Family card={file.card} family={file.family.clone()} act={act.clone()} />
                <Past card={file.card} history={file.history.clone()} onsaved={onsaved.clone()} />
                <Merged merged={file.merged.clone()} onsaved={onsaved.clone()} />
            </div>
        }
    })
}
