//! EAN-13 and EAN-8 (GS1 General Specifications, 5.2): seven modules a digit, in three alphabets.

use super::check_digit;

/// Set A (odd parity), a space first. Set C is its complement, set B is set C backwards.
const SET_A: [u8; 10] = [
    0b000_1101, 0b001_1001, 0b001_0011, 0b011_1101, 0b010_0011, 0b011_0001, 0b010_1111, 0b011_1011, 0b011_0111,
    0b000_1011,
];

/// Which of the left half's six digits are in set B, by the first digit, which has no bars of its own.
const PARITY: [u8; 10] =
    [0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110, 0b01_1010];

const DIGIT_MODULES: u32 = 7;
const GUARD: [bool; 3] = [true, false, true];
const MIDDLE: [bool; 5] = [false, true, false, true, false];

pub(super) fn ean13(content: &str) -> Option<Vec<bool>> {
    let digits = checked_digits(content, 13)?;
    let (first, rest) = digits.split_first()?;
    let parity = PARITY[usize::from(*first)];
    let (left, right) = rest.split_at(6);
    Some(halves(left, parity, right))
}

pub(super) fn ean8(content: &str) -> Option<Vec<bool>> {
    let digits = checked_digits(content, 8)?;
    let (left, right) = digits.split_at(4);
    Some(halves(left, 0, right))
}

/// `parity` has a bit for each digit of `left`, the first in the highest.
fn halves(left: &[u8], parity: u8, right: &[u8]) -> Vec<bool> {
    let mut bars = GUARD.to_vec();
    for (index, digit) in left.iter().enumerate() {
        let set_a = SET_A[usize::from(*digit)];
        let in_set_b = parity >> (left.len() - 1 - index) & 1 == 1;
        push_digit(&mut bars, if in_set_b { backwards(!set_a) } else { set_a });
    }
    bars.extend(MIDDLE);
    for digit in right {
        push_digit(&mut bars, !SET_A[usize::from(*digit)]);
    }
    bars.extend(GUARD);
    bars
}

fn push_digit(bars: &mut Vec<bool>, modules: u8) {
    bars.extend((0..DIGIT_MODULES).rev().map(|bit| modules >> bit & 1 == 1));
}

fn backwards(modules: u8) -> u8 {
    modules.reverse_bits() >> (u8::BITS - DIGIT_MODULES)
}

fn checked_digits(content: &str, length: usize) -> Option<Vec<u8>> {
    let (body, last) = content.split_at_checked(content.len().checked_sub(1)?)?;
    if content.len() != length || !last.starts_with(check_digit(body)?) {
        return None;
    }
    Some(content.bytes().map(|byte| byte - b'0').collect())
}
