//! Any bytes as a container.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::zvt::TlvFields;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((fields, used)) = TlvFields::decode(bytes) {
        assert!(used <= bytes.len());
        let written = fields.encode();
        let (again, _) = TlvFields::decode(&written).expect("what was written can be read");
        assert_eq!(
            (again.receipt_type, again.commands, again.long_trace),
            (fields.receipt_type, fields.commands, fields.long_trace)
        );
    }
});
