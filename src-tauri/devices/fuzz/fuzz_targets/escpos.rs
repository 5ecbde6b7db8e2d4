//! Any bytes as what a printer gets, whole and in two pieces: the pieces make no difference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salon_devices::escpos::decode::Decoder;

fuzz_target!(|bytes: &[u8]| {
    let whole: Vec<_> = Decoder::new().push(bytes).into_iter().map(|decoded| decoded.raw).collect();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let mut decoder = Decoder::new();
    let mut pieces = decoder.push(first);
    pieces.extend(decoder.push(second));
    assert_eq!(whole.concat(), pieces.into_iter().flat_map(|decoded| decoded.raw).collect::<Vec<u8>>());
});
