//! Any bytes as bitmaps. What a till keeps of them survives being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::zvt::Fields;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(fields) = Fields::decode(bytes) {
        assert!(fields.unread <= bytes.len());
        let again = Fields::decode(&fields.encode()).expect("what was written can be read");
        assert_eq!(
            (again.amount_minor, again.trace, again.result_code),
            (fields.amount_minor, fields.trace, fields.result_code)
        );
    }
});
