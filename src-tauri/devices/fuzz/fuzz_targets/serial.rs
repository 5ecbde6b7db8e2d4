//! Any bytes as a frame of a serial line, bare and behind the beginning of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::zvt::serial;

fuzz_target!(|bytes: &[u8]| {
    let begun = [&[0x10, 0x02], bytes].concat();
    for bytes in [bytes, &begun] {
        if let Ok(Some((apdu, used))) = serial::unframe(bytes) {
            assert!(used <= bytes.len());
            let framed = serial::frame(&apdu).expect("what was read is not too long");
            assert_eq!(serial::unframe(&framed), Ok(Some((apdu, framed.len()))));
        }
    }
});
