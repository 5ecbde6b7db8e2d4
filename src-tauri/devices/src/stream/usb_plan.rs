//! What can be decided about a USB printer without one: which interface and endpoints to use, and what the end of a
//! transfer means. No IO; [`super::usb`] asks the device.

use std::collections::VecDeque;
use std::io;

/// The class of printers (USB Device Class Definition for Printing Devices 1.1).
pub(crate) const CLASS_PRINTER: u8 = 7;
/// Many receipt printers have their own class and speak the same bytes.
const CLASS_VENDOR: u8 = 0xFF;

/// Their protocols: bytes one way, bytes both ways. Others pack them (IEEE 1284.4, IPP).
const PROTOCOL_UNIDIRECTIONAL: u8 = 1;
const PROTOCOL_BIDIRECTIONAL: u8 = 2;

/// One alternate setting of an interface, as its descriptors say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    pub interface: u8,
    pub alternate: u8,
    pub class: u8,
    pub protocol: u8,
    /// The first bulk endpoint of each direction.
    pub bulk_out: Option<u8>,
    pub bulk_in: Option<u8>,
}

/// What to claim and where to talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub interface: u8,
    pub alternate: u8,
    pub bulk_out: u8,
    /// None on a printer that only listens: it never answers.
    pub bulk_in: Option<u8>,
}

/// The best setting to talk to a receipt printer with: both ways before one way, printer class before the vendor's own.
pub(super) fn choose(settings: &[Setting]) -> Option<Plan> {
    settings
        .iter()
        .filter_map(|setting| Some((rank(setting)?, plan(setting)?)))
        .min_by_key(|(rank, plan)| (*rank, plan.interface, plan.alternate))
        .map(|(_, plan)| plan)
}

fn plan(setting: &Setting) -> Option<Plan> {
    let Setting { interface, alternate, bulk_out, bulk_in, .. } = *setting;
    Some(Plan { interface, alternate, bulk_out: bulk_out?, bulk_in })
}

/// Less is better; none for what is no printer of bytes.
fn rank(setting: &Setting) -> Option<u8> {
    let both_ways = setting.bulk_in.is_some();
    match (setting.class, setting.protocol) {
        (CLASS_PRINTER, PROTOCOL_BIDIRECTIONAL) if both_ways => Some(0),
        (CLASS_PRINTER, PROTOCOL_UNIDIRECTIONAL) if both_ways => Some(1),
        (CLASS_VENDOR, _) if both_ways => Some(2),
        (CLASS_PRINTER, PROTOCOL_UNIDIRECTIONAL | PROTOCOL_BIDIRECTIONAL) => Some(3),
        _ => None,
    }
}

/// How a transfer ended, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Done,
    /// We gave up on it when its time was over.
    Cancelled,
    /// The device refuses until the halt is cleared.
    Stalled,
    /// Unplugged or switched off.
    Gone,
    Failed,
}

/// What a write of which the device took `taken` bytes returns. Bytes that arrived count, however it ended.
pub(super) fn written(status: Status, taken: usize) -> io::Result<usize> {
    match status {
        _ if taken > 0 => Ok(taken),
        Status::Done | Status::Cancelled | Status::Stalled => Err(io::ErrorKind::TimedOut.into()),
        Status::Gone => Err(io::ErrorKind::BrokenPipe.into()),
        Status::Failed => Err(io::Error::other("the USB transfer failed")),
    }
}

/// Bytes of one transfer that no read has taken yet: a transfer is a packet or more, a read may want one byte.
#[derive(Debug, Default)]
pub(super) struct Unread(VecDeque<u8>);

/// Whether a read can return.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Bytes(usize),
    /// Nothing came; the next transfer may bring it.
    Again,
    /// The halt has to be cleared before the next transfer.
    ClearHalt,
}

impl Unread {
    /// Moves what there is into `buffer`; none when there is nothing.
    pub(super) fn take(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let count = buffer.len().min(self.0.len());
        for (slot, byte) in buffer.iter_mut().zip(self.0.drain(..count)) {
            *slot = byte;
        }
        (count > 0).then_some(count)
    }

    /// A transfer from the device ended with `bytes`.
    pub(super) fn ended(&mut self, status: Status, bytes: &[u8], buffer: &mut [u8]) -> io::Result<Reading> {
        self.0.extend(bytes);
        if let Some(count) = self.take(buffer) {
            return Ok(Reading::Bytes(count));
        }
        match status {
            Status::Done | Status::Cancelled => Ok(Reading::Again),
            Status::Stalled => Ok(Reading::ClearHalt),
            Status::Gone => Err(io::ErrorKind::BrokenPipe.into()),
            Status::Failed => Err(io::Error::other("the USB transfer failed")),
        }
    }
}

/// The length of a transfer from the device: whole packets, the bus allows nothing else.
pub(super) fn transfer_len(packet_len: usize, wanted: usize) -> usize {
    let packet = packet_len.max(1);
    wanted.div_ceil(packet).max(1) * packet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(class: u8, protocol: u8, bulk_out: Option<u8>, bulk_in: Option<u8>) -> Setting {
        Setting { interface: 0, alternate: 0, class, protocol, bulk_out, bulk_in }
    }

    #[test]
    fn both_ways_before_one_way() {
        let one_way = setting(7, 1, Some(1), None);
        let both = Setting { alternate: 1, ..setting(7, 2, Some(2), Some(0x82)) };
        let plan = choose(&[one_way.clone(), both]).unwrap();
        assert_eq!(plan, Plan { interface: 0, alternate: 1, bulk_out: 2, bulk_in: Some(0x82) });
        assert_eq!(choose(&[one_way]).unwrap().bulk_in, None);
    }

    #[test]
    fn the_printer_class_before_the_vendors_own() {
        let vendor = setting(0xFF, 0, Some(1), Some(0x81));
        let printer = Setting { interface: 1, ..setting(7, 2, Some(3), Some(0x83)) };
        assert_eq!(choose(&[vendor.clone(), printer]).unwrap().interface, 1);
        assert_eq!(choose(&[vendor]).unwrap().bulk_out, 1);
    }

    #[test]
    fn what_speaks_no_bytes_is_not_taken() {
        for other in [
            setting(3, 1, Some(1), Some(0x81)),
            setting(7, 3, Some(1), Some(0x81)),
            setting(7, 4, Some(1), Some(0x81)),
            setting(7, 2, None, Some(0x81)),
            setting(0xFF, 0, Some(1), None),
        ] {
            assert_eq!(choose(std::slice::from_ref(&other)), None, "{other:?}");
        }
    }

    #[test]
    fn a_packet_is_read_byte_by_byte() {
        let mut unread = Unread::default();
        let mut one = [0];
        assert_eq!(unread.take(&mut one), None);
        assert_eq!(unread.ended(Status::Done, &[1, 2, 3], &mut one).unwrap(), Reading::Bytes(1));
        assert_eq!(one, [1]);
        let mut more = [0; 8];
        assert_eq!(unread.take(&mut more), Some(2));
        assert_eq!(more[..2], [2, 3]);
        assert_eq!(unread.take(&mut more), None);
    }

    #[test]
    fn every_end_of_a_transfer_means_something() {
        let mut unread = Unread::default();
        let mut buffer = [0; 4];
        let mut end = |status| unread.ended(status, &[], &mut buffer);
        assert_eq!(end(Status::Done).unwrap(), Reading::Again);
        assert_eq!(end(Status::Cancelled).unwrap(), Reading::Again);
        assert_eq!(end(Status::Stalled).unwrap(), Reading::ClearHalt);
        assert_eq!(end(Status::Gone).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(end(Status::Failed).is_err());
        // The last packet before the plug was pulled still counts.
        assert_eq!(unread.ended(Status::Gone, &[9], &mut buffer).unwrap(), Reading::Bytes(1));

        assert_eq!(written(Status::Done, 10).unwrap(), 10);
        assert_eq!(written(Status::Cancelled, 7).unwrap(), 7);
        assert_eq!(written(Status::Cancelled, 0).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(written(Status::Gone, 0).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn transfers_are_whole_packets() {
        assert_eq!(transfer_len(64, 1), 64);
        assert_eq!(transfer_len(64, 65), 128);
        assert_eq!(transfer_len(512, 0), 512);
        assert_eq!(transfer_len(0, 3), 3);
    }
}
