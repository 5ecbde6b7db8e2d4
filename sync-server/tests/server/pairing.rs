//! Codes by which terminals come: once, in time, and not by guessing.

use super::support::{TestApp, harbour};
use salon_domain::kernel::BranchId;
use salon_server::auth::code::Code;
use salon_server::provision::{self, ProvisionError};
use salon_sync::server::{Answer, DeviceInfo, Query};
use salon_sync::wire::RefusalCode;

fn redeem(app: &TestApp, code: &str, name: &str, key: u8) -> Result<DeviceInfo, RefusalCode> {
    let query = Query::Enrol { code: code.into(), name: name.into(), public_key: [key; 32] };
    let Answer::Enrolled(result) = app.store.answer(query) else { panic!("not an answer to that") };
    result
}

fn code(app: &TestApp, name: &str) -> Code {
    provision::pairing_code(app.store.as_ref(), app.tenant, harbour(), name).unwrap()
}

#[test]
fn a_code_works_once_and_the_same_terminal_may_ask_again() {
    let app = TestApp::new();
    let code = code(&app, "Till 1").to_string();
    let first = redeem(&app, &code.to_lowercase(), "ignored", 1).unwrap();
    assert_eq!((first.branch, first.name.as_str(), first.acked), (harbour(), "Till 1", 0));
    // The answer was lost on its way: the same key is the same terminal.
    assert_eq!(redeem(&app, &code, "", 1).unwrap(), first);
    assert_eq!(redeem(&app, &code, "", 2), Err(RefusalCode::BadCode));
}

#[test]
fn names_come_from_the_code_or_from_the_terminal_or_are_numbers() {
    let app = TestApp::new();
    assert_eq!(redeem(&app, &code(&app, "").to_string(), " Front\tdesk ", 1).unwrap().name, "Frontdesk");
    assert_eq!(redeem(&app, &code(&app, "").to_string(), " ", 2).unwrap().name, "Terminal 2");
}

#[test]
fn a_code_dies_of_age_and_of_guesses() {
    let app = TestApp::new();
    let old = code(&app, "");
    app.clock.forward_s(30 * 60);
    assert_eq!(redeem(&app, &old.to_string(), "", 1), Err(RefusalCode::BadCode));

    let guessed = code(&app, "").to_string();
    let last = if guessed.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &guessed[..8]);
    for _ in 0..5 {
        assert_eq!(redeem(&app, &wrong, "", 1), Err(RefusalCode::BadCode));
    }
    assert_eq!(redeem(&app, &guessed, "", 1), Err(RefusalCode::BadCode));
    for rubbish in ["", "----", "7K4M", "UUUU-UUUU", "7K4M-Q2XD"] {
        assert_eq!(redeem(&app, rubbish, "", 1), Err(RefusalCode::BadCode), "{rubbish}");
    }
}

#[test]
fn there_are_no_codes_for_branches_that_are_not_there() {
    let app = TestApp::new();
    let nowhere = BranchId::from_parts(1, [9; 10]);
    let error = provision::pairing_code(app.store.as_ref(), app.tenant, nowhere, "").unwrap_err();
    assert!(matches!(error, ProvisionError::UnknownBranch(_)), "{error}");
}
