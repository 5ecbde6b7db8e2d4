//! Any bytes as a message, and what a command makes of it. What was read is written the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::zvt::{Apdu, Command};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some((apdu, used))) = Apdu::decode(bytes) {
        assert!(used <= bytes.len());
        let written = apdu.encode().expect("what was read is not too long");
        assert_eq!(Apdu::decode(&written), Ok(Some((apdu.clone(), written.len()))));
        if let Ok(command) = Command::from_apdu(&apdu) {
            let _ = command.to_apdu().encode();
        }
    }
});
