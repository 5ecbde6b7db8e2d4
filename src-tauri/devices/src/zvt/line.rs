//! Who has got what on a serial line (PA00P016, chapter on the transport protocol of RS232): every frame is answered
//! with ACK or NAK, sent again after a NAK or when no answer comes, and delivered once.
//!
//! Events and the time in, bytes and messages out: no IO and no clock, so that a whole conversation over a bad line runs
//! in a test without waiting. [`super::link`] does the IO.
//!
//! ACK and NAK carry no number, so what is a repetition follows from who speaks when. Every command is answered by a
//! reply (80 00, 84 xx) before the same side sends its next one; only the request to stop (06 B0) may cross others.
//! A command that is the same as the one before is a repetition as long as nothing shows that our reply to that one
//! arrived. The next command shows that our reply arrived; a reply shows that our command did.

use super::apdu::{Apdu, FrameError};
use super::serial::{ACK, DLE, NAK, STX, frame, unframe};
use std::collections::VecDeque;
use std::time::Duration;

/// The longest pause between two characters of a frame (T1 of the specification).
const CHARACTER: Duration = Duration::from_millis(200);

/// How long ACK or NAK may take after the last character is on the line. The other side has nothing to do before it but
/// to check the sum; all repetitions together have to fit into the five seconds that a call may take.
const ACKNOWLEDGE: Duration = Duration::from_millis(500);

/// On the line, at 9600 baud, the slowest that terminals use.
const BYTE: Duration = Duration::from_micros(1042);

/// Once, and three times again.
const SENDS_MAX: u32 = 4;

/// One end of the line. Times count from when it was opened.
#[derive(Default)]
pub(super) struct Line {
    queue: VecDeque<Outgoing>,
    flight: Option<Flight>,
    /// A command that was acknowledged and has no reply yet: a NAK that comes now is about it. Not so for a reply, which
    /// a forged NAK would make the next command look like a repetition of the last.
    just_landed: Option<Outgoing>,
    last_command_out: Vec<u8>,
    /// Our commands that have no reply yet.
    unanswered: u32,
    acknowledged_at: Option<Duration>,

    buffer: Vec<u8>,
    received_at: Duration,
    /// What comes is noise until a frame begins.
    noise: bool,
    /// A frame was cut short or changed: asked for again as soon as the line is quiet.
    broken: bool,
    last_command_in: Option<Apdu>,
    last_reply_in: Option<Apdu>,
    /// Our reply to `last_command_in` has arrived.
    reply_arrived: bool,

    inbox: VecDeque<Apdu>,
    output: Vec<u8>,
    gave_up: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Outgoing {
    bytes: Vec<u8>,
    kind: Kind,
}

struct Flight {
    frame: Outgoing,
    sends: u32,
    again_at: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Command,
    /// 06 B0: may be sent while another command is unanswered.
    Stop,
    Reply,
}

impl Kind {
    fn of(apdu: &Apdu) -> Self {
        match (apdu.class, apdu.instruction) {
            (0x80 | 0x84, _) => Kind::Reply,
            (0x06, 0xB0) => Kind::Stop,
            _ => Kind::Command,
        }
    }
}

impl Line {
    /// Puts a message on the line, after those that are under way.
    pub(super) fn send(&mut self, apdu: &Apdu, now: Duration) -> Result<(), FrameError> {
        self.queue.push_back(Outgoing { bytes: frame(apdu)?, kind: Kind::of(apdu) });
        self.start_next(now);
        Ok(())
    }

    /// Bytes have come. They may have waited for us: how long a pause there was is for [`Line::tick`] to say, which is
    /// called when there are none.
    pub(super) fn receive(&mut self, bytes: &[u8], now: Duration) {
        self.received_at = now;
        self.buffer.extend_from_slice(bytes);
        while self.take_one(now) {}
        self.start_next(now);
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Duration) {
        self.end_of_silence(now);
        if self.flight.as_ref().is_some_and(|flight| flight.again_at <= now) {
            self.send_again(now);
        }
        self.start_next(now);
    }

    /// When to call [`Line::tick`] at the latest.
    pub(super) fn wake_at(&self, now: Duration) -> Option<Duration> {
        let again = self.flight.as_ref().map(|flight| flight.again_at);
        let silence = self.is_in_frame().then_some(self.received_at + CHARACTER);
        let next = self.queue.front().filter(|_| self.flight.is_none()).map(|next| self.not_before(next).max(now));
        [again, silence, next].into_iter().flatten().min()
    }

    /// What is to be written now.
    pub(super) fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    pub(super) fn next_message(&mut self) -> Option<Apdu> {
        self.inbox.pop_front()
    }

    /// The other side has all that was sent.
    pub(super) fn is_settled(&self) -> bool {
        self.queue.is_empty() && self.flight.is_none()
    }

    /// A frame was not acknowledged however often it was sent. Nothing is sent any more.
    pub(super) fn has_given_up(&self) -> bool {
        self.gave_up
    }

    fn is_in_frame(&self) -> bool {
        self.noise || self.broken || !self.buffer.is_empty()
    }

    /// T1: the rest of a frame does not come any more.
    fn end_of_silence(&mut self, now: Duration) {
        if !self.is_in_frame() || now < self.received_at + CHARACTER {
            return;
        }
        if self.broken || self.buffer.starts_with(&[DLE, STX]) {
            self.output.push(NAK);
        }
        self.buffer.clear();
        self.noise = false;
        self.broken = false;
    }

    /// Takes what is whole at the start of the buffer; whether there was anything.
    fn take_one(&mut self, now: Duration) -> bool {
        if self.noise {
            return self.skip_noise();
        }
        match self.buffer[..] {
            // With anything but another answer or a frame behind it, it is a part of something that was not understood.
            [ACK] | [ACK, ACK | NAK | DLE, ..] => self.take_answer(|line, _| line.landed(), now),
            [NAK] | [NAK, ACK | NAK | DLE, ..] => self.take_answer(Self::refused, now),
            [] | [DLE] => false,
            [DLE, STX, ..] => self.take_frame(now),
            _ => {
                self.noise = true;
                true
            }
        }
    }

    fn take_answer(&mut self, answer: fn(&mut Self, Duration), now: Duration) -> bool {
        self.buffer.remove(0);
        answer(self, now);
        true
    }

    fn take_frame(&mut self, now: Duration) -> bool {
        match unframe(&self.buffer) {
            Ok(None) => false,
            // The checksum begins with zero and so does not see zeros before the message; no class is 00.
            Ok(Some((apdu, used))) if apdu.class != 0 => {
                self.buffer.drain(..used);
                self.broken = false;
                self.delivered(apdu, now);
                true
            }
            Ok(Some(_)) | Err(_) => {
                self.buffer.drain(..2);
                self.broken = true;
                self.noise = true;
                true
            }
        }
    }

    fn skip_noise(&mut self) -> bool {
        let Some(at) = self.buffer.windows(2).position(|pair| pair == [DLE, STX]) else {
            let keep = self.buffer.last().copied().filter(|byte| *byte == DLE);
            self.buffer.clear();
            self.buffer.extend(keep);
            return false;
        };
        self.buffer.drain(..at);
        self.noise = false;
        true
    }

    /// A frame has come whole.
    fn delivered(&mut self, apdu: Apdu, now: Duration) {
        match Kind::of(&apdu) {
            Kind::Reply => self.reply_delivered(apdu, now),
            kind => self.command_delivered(apdu, kind, now),
        }
    }

    fn command_delivered(&mut self, apdu: Apdu, kind: Kind, now: Duration) {
        self.acknowledge(now);
        if !self.reply_arrived && self.last_command_in.as_ref() == Some(&apdu) {
            return;
        }
        let replying = self.flight.as_ref().is_some_and(|flight| flight.frame.kind == Kind::Reply);
        if replying && kind == Kind::Command {
            self.landed();
        }
        self.reply_arrived = false;
        self.last_command_in = Some(apdu.clone());
        self.inbox.push_back(apdu);
    }

    fn reply_delivered(&mut self, apdu: Apdu, now: Duration) {
        let is_same = self.last_reply_in.as_ref() == Some(&apdu);
        if self.unanswered == 0 && is_same {
            return self.acknowledge(now);
        }
        let asking = self.flight.as_ref().is_some_and(|flight| flight.frame.kind != Kind::Reply);
        if asking && is_same {
            // To this command or, once more, to the one before? It is left unacknowledged and comes again; by then our
            // command has its own acknowledgement.
            return;
        }
        self.acknowledge(now);
        if asking && self.unanswered == 1 {
            self.landed();
        }
        self.just_landed = None;
        self.unanswered = self.unanswered.saturating_sub(1);
        self.last_reply_in = Some(apdu.clone());
        self.inbox.push_back(apdu);
    }

    fn acknowledge(&mut self, now: Duration) {
        self.output.push(ACK);
        self.acknowledged_at = Some(now);
    }

    /// The frame under way has arrived.
    fn landed(&mut self) {
        if let Some(flight) = self.flight.take() {
            self.reply_arrived |= flight.frame.kind == Kind::Reply;
            self.just_landed = Some(flight.frame).filter(|frame| frame.kind != Kind::Reply);
        }
    }

    fn refused(&mut self, now: Duration) {
        if self.flight.is_some() {
            return self.send_again(now);
        }
        // The acknowledgement before was one of noise, or of an earlier repetition.
        if let Some(frame) = self.just_landed.take() {
            self.fly(frame, now);
        }
    }

    fn send_again(&mut self, now: Duration) {
        let Some(flight) = &mut self.flight else { return };
        if flight.sends >= SENDS_MAX {
            self.gave_up = true;
            self.flight = None;
            self.queue.clear();
            return;
        }
        flight.sends += 1;
        flight.again_at = now + patience(flight.frame.bytes.len());
        self.output.extend_from_slice(&flight.frame.bytes);
    }

    fn start_next(&mut self, now: Duration) {
        let may = self.flight.is_none() && !self.gave_up;
        let due = self.queue.front().is_some_and(|next| self.not_before(next) <= now);
        if may
            && due
            && let Some(frame) = self.queue.pop_front()
        {
            if frame.kind != Kind::Reply {
                self.unanswered += 1;
                self.last_command_out.clone_from(&frame.bytes);
            }
            self.fly(frame, now);
        }
    }

    fn fly(&mut self, frame: Outgoing, now: Duration) {
        self.output.extend_from_slice(&frame.bytes);
        let again_at = now + patience(frame.bytes.len());
        self.flight = Some(Flight { frame, sends: 1, again_at });
    }

    /// A command that is the same as the last one could be taken for its repetition, as long as the other side may still
    /// wait for our acknowledgement of its reply.
    fn not_before(&self, next: &Outgoing) -> Duration {
        match self.acknowledged_at {
            Some(at) if next.kind != Kind::Reply && next.bytes == self.last_command_out => {
                at + patience(next.bytes.len()) * 2
            }
            _ => Duration::ZERO,
        }
    }
}

/// How long to wait for the answer to a frame of so many bytes.
fn patience(frame_len: usize) -> Duration {
    ACKNOWLEDGE + BYTE * u32::try_from(frame_len).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
