//! Any bytes as a recording: all of them are told of, once, in order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::zvt::describe;

fuzz_target!(|bytes: &[u8]| {
    let mut at = 0;
    for frame in describe(bytes) {
        assert_eq!(frame["offset"].as_u64(), Some(at));
        at += frame["length"].as_u64().expect("every frame has its length");
    }
    assert_eq!(at, bytes.len() as u64);
});
