//! Two ends and a bad line between them. Method: a conversation as till and terminal have it, in simulated time; every
//! single fault is repaired, and with any number of faults what has arrived is the beginning of what was sent.

use super::*;
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One command with its reply, and which end begins it.
#[derive(Debug, Clone)]
struct Exchange {
    by: usize,
    command: Apdu,
    reply: Apdu,
}

fn exchange(by: usize, command: (u8, u8, &[u8]), reply: (u8, u8)) -> Exchange {
    Exchange {
        by,
        command: Apdu::new(command.0, command.1, command.2.to_vec()),
        reply: Apdu::new(reply.0, reply.1, vec![]),
    }
}

/// A registration and a payment; the bytes 06, 10, 15 and 02 in it are those that the line itself uses.
fn payment() -> Vec<Exchange> {
    const TILL: usize = 0;
    const TERMINAL: usize = 1;
    vec![
        exchange(TILL, (0x06, 0x00, &[0, 0, 0, 0x9E, 0x09, 0x78]), (0x80, 0)),
        exchange(TERMINAL, (0x06, 0x0F, &[0x19, 0]), (0x80, 0)),
        exchange(TILL, (0x06, 0x01, &[0x04, 0, 0, 0, 0, 0x82, 0x10, 0x02]), (0x80, 0)),
        exchange(TERMINAL, (0x04, 0xFF, &[0x0A]), (0x80, 0)),
        exchange(TERMINAL, (0x04, 0xFF, &[0x0A]), (0x80, 0)),
        exchange(TERMINAL, (0x04, 0xFF, &[0x10]), (0x84, 0x83)),
        exchange(TERMINAL, (0x04, 0x0F, &[0x27, 0, 0x10, 0x10, 0x03, 0x06, 0x15]), (0x80, 0)),
        exchange(TERMINAL, (0x06, 0xD1, &[0, 0x06]), (0x80, 0)),
        exchange(TERMINAL, (0x06, 0xD1, &[0, 0x06]), (0x80, 0)),
        exchange(TERMINAL, (0x06, 0x0F, &[]), (0x80, 0)),
        exchange(TILL, (0x05, 0x01, &[]), (0x80, 0)),
        exchange(TILL, (0x05, 0x01, &[]), (0x84, 0x9C)),
    ]
}

/// What becomes of one write on its way: given its number, the bytes that come out.
type Weather<'a> = &'a mut dyn FnMut(usize, Vec<u8>) -> Vec<u8>;

#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Complete,
    /// One end has said that the other does not acknowledge.
    GaveUp,
    /// Both ends wait; on a real line the wait for the next message ends with its deadline.
    Silent,
}

/// When it arrives, its number, at which end, and what it is.
type OnTheWay = (Duration, usize, usize, Vec<u8>);

struct World<'a> {
    ends: [Line; 2],
    now: Duration,
    on_the_way: BinaryHeap<Reverse<OnTheWay>>,
    free_at: [Duration; 2],
    writes: usize,
    weather: Weather<'a>,
    received: [Vec<Apdu>; 2],
}

impl<'a> World<'a> {
    fn new(weather: Weather<'a>) -> Self {
        World {
            ends: [Line::default(), Line::default()],
            now: Duration::ZERO,
            on_the_way: BinaryHeap::new(),
            free_at: [Duration::ZERO; 2],
            writes: 0,
            weather,
            received: [Vec::new(), Vec::new()],
        }
    }

    fn carry(&mut self, from: usize) {
        let bytes = self.ends[from].take_output();
        if bytes.is_empty() {
            return;
        }
        let length = u32::try_from(bytes.len()).unwrap();
        let arrives = self.free_at[from].max(self.now) + BYTE * length + Duration::from_millis(2);
        self.free_at[from] = arrives;
        let bytes = (self.weather)(self.writes, bytes);
        self.writes += 1;
        self.on_the_way.push(Reverse((arrives, self.writes, 1 - from, bytes)));
    }

    /// To the next thing that happens; false when nothing will.
    fn step(&mut self) -> bool {
        let arrival = self.on_the_way.peek().map(|Reverse((at, ..))| *at);
        let wake = [0, 1].map(|end| self.ends[end].wake_at(self.now));
        let Some(next) = arrival.into_iter().chain(wake.into_iter().flatten()).min() else {
            return false;
        };
        self.now = self.now.max(next);
        if arrival.is_some_and(|at| at <= self.now) {
            let Some(Reverse((_, _, to, bytes))) = self.on_the_way.pop() else { return false };
            if !bytes.is_empty() {
                self.ends[to].receive(&bytes, self.now);
            }
        } else {
            for end in 0..2 {
                if self.ends[end].wake_at(self.now).is_some_and(|at| at <= self.now) {
                    self.ends[end].tick(self.now);
                }
            }
        }
        for end in 0..2 {
            self.carry(end);
            while let Some(apdu) = self.ends[end].next_message() {
                self.received[end].push(apdu);
            }
        }
        true
    }

    fn send(&mut self, from: usize, apdu: &Apdu) {
        self.ends[from].send(apdu, self.now).unwrap();
        self.carry(from);
    }

    /// Until `done`, with an eye on ends that give up.
    fn run_until(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), Ended> {
        while !done(self) {
            if self.ends.iter().any(Line::has_given_up) {
                return Err(Ended::GaveUp);
            }
            if !self.step() {
                return Err(Ended::Silent);
            }
        }
        Ok(())
    }

    /// As the drivers do it: what was sent has to be acknowledged before the same end goes on.
    fn converse(&mut self, script: &[Exchange]) -> Result<(), Ended> {
        for Exchange { by, command, reply } in script {
            let (by, other) = (*by, 1 - *by);
            let (commands, replies) = (self.received[other].len(), self.received[by].len());
            self.send(by, command);
            self.run_until(|world| world.received[other].len() > commands)?;
            self.send(other, reply);
            self.run_until(|world| world.received[by].len() > replies && world.ends[other].is_settled())?;
            self.run_until(|world| world.ends[by].is_settled())?;
        }
        // Late repetitions still come in and must not be taken for more.
        while self.step() {}
        Ok(())
    }
}

fn expected(script: &[Exchange], end: usize) -> Vec<Apdu> {
    script.iter().map(|turn| if turn.by == end { turn.reply.clone() } else { turn.command.clone() }).collect()
}

fn play(script: &[Exchange], weather: Weather<'_>) -> (Ended, usize) {
    let mut world = World::new(weather);
    let ended = world.converse(script).err().unwrap_or(Ended::Complete);
    for end in 0..2 {
        let wanted = expected(script, end);
        let got = &world.received[end];
        assert!(wanted.starts_with(got), "{ended:?}: end {end} got {got:?} of {wanted:?}");
        assert!(ended != Ended::Complete || got.len() == wanted.len());
    }
    (ended, world.writes)
}

#[test]
fn on_a_good_line_nothing_is_said_twice() {
    let script = payment();
    let (ended, writes) = play(&script, &mut |_, bytes| bytes);
    assert_eq!(ended, Ended::Complete);
    // A command, its acknowledgement, a reply, its acknowledgement.
    assert_eq!(writes, script.len() * 4);
}

#[test]
fn any_single_fault_is_repaired() {
    let script = payment();
    let (_, writes) = play(&script, &mut |_, bytes| bytes);
    let mut played = 0;
    for faulty in 0..writes {
        let mut whole = Vec::new();
        play(&script, &mut |number, bytes| {
            if number == faulty {
                whole.clone_from(&bytes);
            }
            bytes
        });
        let cut = (0..=whole.len()).map(|at| whole[..at].to_vec());
        let headless = (0..whole.len()).map(|at| whole[at..].to_vec());
        let flips = (0..whole.len() * 8).map(|bit| {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        });
        let gaps = (0..whole.len()).map(|at| [&whole[..at], &whole[at + 1..]].concat());
        let noise = [0x06, 0x15, 0x10, 0x55].map(|byte| [&[byte], whole.as_slice()].concat());
        for damaged in cut.chain(headless).chain(flips).chain(gaps).chain(noise) {
            let (ended, _) = play(&script, &mut |number, bytes| if number == faulty { damaged.clone() } else { bytes });
            assert_eq!(ended, Ended::Complete, "write {faulty} became {damaged:02X?}");
            played += 1;
        }
    }
    assert!(played > 3000, "{played}");
}

#[test]
fn a_dead_line_is_given_up_within_the_time_of_a_call() {
    let mut weather = |_, _| Vec::new();
    let mut world = World::new(&mut weather);
    assert_eq!(world.converse(&payment()), Err(Ended::GaveUp));
    assert_eq!(world.writes, usize::try_from(SENDS_MAX).unwrap());
    assert!(world.now < Duration::from_secs(3), "{:?}", world.now);
}

#[test]
fn a_request_to_stop_crosses_what_the_terminal_says() {
    let mut weather = |_, bytes| bytes;
    let mut world = World::new(&mut weather);
    let stop = Apdu::new(0x06, 0xB0, vec![]);
    let state = Apdu::new(0x04, 0xFF, vec![0x0A]);
    world.send(0, &stop);
    world.send(1, &state);
    while world.step() {}
    assert_eq!(world.received, [vec![state], vec![stop]]);
    assert!(world.ends.iter().all(Line::is_settled));
}

#[test]
fn noise_before_a_frame_is_skipped() {
    let mut line = Line::default();
    let apdu = Apdu::new(0x06, 0x0F, vec![0x10]);
    let bytes = [&[0x00, 0xFF, 0x06, 0x10, 0x55], frame(&apdu).unwrap().as_slice()].concat();
    for byte in bytes {
        line.receive(&[byte], Duration::ZERO);
    }
    assert_eq!(line.next_message(), Some(apdu));
    assert_eq!(line.take_output(), [ACK]);
}

#[test]
fn half_a_frame_is_asked_for_again_when_the_line_is_quiet() {
    let mut line = Line::default();
    let bytes = frame(&Apdu::new(0x06, 0x0F, vec![1, 2, 3])).unwrap();
    line.receive(&bytes[..6], Duration::ZERO);
    assert_eq!(line.wake_at(Duration::ZERO), Some(CHARACTER));
    line.tick(CHARACTER / 2);
    assert!(line.take_output().is_empty());
    line.tick(CHARACTER);
    assert_eq!(line.take_output(), [NAK]);
    assert_eq!(line.wake_at(CHARACTER), None);
}

/// A line on which of `of` bytes one is hurt, and of `of` writes one is lost.
fn bad_weather(seed: u64, of: u64) -> impl FnMut(usize, Vec<u8>) -> Vec<u8> {
    let mut state = seed | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    move |_, bytes| {
        if random() % of == 0 {
            return Vec::new();
        }
        let mut out = Vec::new();
        for byte in bytes {
            match random() % of {
                0 => {}
                1 => out.push(byte ^ (1 << (random() % 8))),
                2 => out.extend([byte, (random() % 256) as u8]),
                _ => out.push(byte),
            }
        }
        out
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn whatever_the_line_does_no_message_is_wrong(seed: u64, of in 12_u64..300) {
        play(&payment(), &mut bad_weather(seed, of));
    }
}

#[test]
fn most_conversations_survive_a_poor_line() {
    let complete =
        |of| (1..=200).filter(move |seed| play(&payment(), &mut bad_weather(seed * 7919, of)).0 == Ended::Complete);
    assert!(complete(400).count() > 190);
}
