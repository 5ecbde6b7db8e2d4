//! Printers on USB without a serial port or a printer queue in between: the bulk endpoints of their interface.
//!
//! Thin on purpose: there is no USB to try it with everywhere. What can be decided without a device is in
//! [`super::usb_plan`] and tested there.

use super::usb_plan::{Plan, Reading, Setting, Status, Unread, choose, transfer_len, written};
use super::{ByteStream, Connector, Deadline};
use nusb::descriptors::TransferType;
use nusb::transfer::{Buffer, Bulk, Completion, Direction, In, Out, TransferError};
use nusb::{Device, DeviceInfo, Endpoint, MaybeFuture};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest that a read sleeps before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(100);
/// Some printers answer "nothing" at once and for ever: they are not asked in a tight loop.
const PAUSE_AFTER_NOTHING: Duration = Duration::from_millis(50);
/// One transfer: so that its time is over soon, and what was not taken is known.
const WRITE_LEN_MAX: usize = 4096;
const READ_LEN: usize = 512;

/// A printer by vendor and product, and by its serial number where there are two of a kind.
#[derive(Debug, Clone)]
pub struct UsbConnector {
    vendor: u16,
    product: u16,
    serial: Option<String>,
}

impl UsbConnector {
    pub fn new(vendor: u16, product: u16, serial: Option<String>) -> Self {
        UsbConnector { vendor, product, serial }
    }

    fn is_meant(&self, device: &DeviceInfo) -> bool {
        device.vendor_id() == self.vendor
            && device.product_id() == self.product
            && (self.serial.is_none() || device.serial_number() == self.serial.as_deref())
    }

    fn open(&self) -> io::Result<UsbStream> {
        let mut devices = nusb::list_devices().wait().map_err(io_error)?;
        let info = devices.find(|device| self.is_meant(device)).ok_or(io::ErrorKind::NotFound)?;
        let device = info.open().wait().map_err(io_error)?;
        let no_printer = || io::Error::new(io::ErrorKind::Unsupported, "it has no endpoints to print through");
        let plan = choose(&settings(&device)?).ok_or_else(no_printer)?;
        // The system's own printer driver (usblp) holds it otherwise; it gets it back when we are done.
        let interface = device.detach_and_claim_interface(plan.interface).wait().map_err(io_error)?;
        if plan.alternate != 0 {
            interface.set_alt_setting(plan.alternate).wait().map_err(io_error)?;
        }
        let output = interface.endpoint::<Bulk, Out>(plan.bulk_out).map_err(io_error)?;
        let input = match plan {
            Plan { bulk_in: Some(address), .. } => Some(interface.endpoint::<Bulk, In>(address).map_err(io_error)?),
            Plan { bulk_in: None, .. } => None,
        };
        Ok(UsbStream { shared: Arc::new(Shared::new(output, input)) })
    }
}

impl Connector for UsbConnector {
    /// Opening asks the system and not the device; it has no wait of its own.
    fn connect(&self, _timeout: Duration) -> io::Result<Box<dyn ByteStream>> {
        self.open().map(|stream| Box::new(stream) as Box<dyn ByteStream>)
    }

    fn describe(&self) -> String {
        let UsbConnector { vendor, product, serial } = self.clone();
        crate::Link::Usb { vendor, product, serial }.to_string()
    }
}

fn settings(device: &Device) -> io::Result<Vec<Setting>> {
    let configuration = device.active_configuration().map_err(io::Error::from)?;
    let settings = configuration.interface_alt_settings().map(|setting| {
        let bulk = |direction: Direction| {
            setting
                .endpoints()
                .find(|endpoint| endpoint.transfer_type() == TransferType::Bulk && endpoint.direction() == direction)
                .map(|endpoint| endpoint.address())
        };
        Setting {
            interface: setting.interface_number(),
            alternate: setting.alternate_setting(),
            class: setting.class(),
            protocol: setting.protocol(),
            bulk_out: bulk(Direction::Out),
            bulk_in: bulk(Direction::In),
        }
    });
    Ok(settings.collect())
}

fn io_error(error: nusb::Error) -> io::Error {
    match error.kind() {
        nusb::ErrorKind::Busy => io::Error::new(io::ErrorKind::ResourceBusy, error),
        _ => error.into(),
    }
}

fn status_of(completion: &Completion) -> Status {
    match completion.status {
        Ok(()) => Status::Done,
        Err(TransferError::Cancelled) => Status::Cancelled,
        Err(TransferError::Stall) => Status::Stalled,
        Err(TransferError::Disconnected) => Status::Gone,
        Err(_) => Status::Failed,
    }
}

struct UsbStream {
    shared: Arc<Shared>,
}

/// One device for all handles; timeouts in milliseconds.
struct Shared {
    output: Mutex<Endpoint<Bulk, Out>>,
    input: Mutex<Input>,
    closed: AtomicBool,
    read_timeout_ms: AtomicU64,
    write_timeout_ms: AtomicU64,
}

struct Input {
    endpoint: Option<Endpoint<Bulk, In>>,
    unread: Unread,
}

impl Shared {
    fn new(output: Endpoint<Bulk, Out>, endpoint: Option<Endpoint<Bulk, In>>) -> Self {
        Shared {
            output: Mutex::new(output),
            input: Mutex::new(Input { endpoint, unread: Unread::default() }),
            closed: AtomicBool::new(false),
            read_timeout_ms: AtomicU64::new(1),
            write_timeout_ms: AtomicU64::new(1),
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// The error is "no time left", never a wait without a limit.
    fn read_slice(&self, buffer: &mut [u8], slice: Duration) -> io::Result<Option<usize>> {
        let mut input = lock(&self.input);
        let Input { endpoint, unread } = &mut *input;
        if let Some(count) = unread.take(buffer) {
            return Ok(Some(count));
        }
        let Some(endpoint) = endpoint else {
            drop(input);
            thread::sleep(slice);
            return Ok(None);
        };
        if endpoint.pending() == 0 {
            endpoint.submit(Buffer::new(transfer_len(endpoint.max_packet_size(), READ_LEN)));
        }
        let Some(completion) = endpoint.wait_next_complete(slice) else {
            return Ok(None);
        };
        let received = completion.buffer.get(..completion.actual_len).unwrap_or_default();
        match unread.ended(status_of(&completion), received, buffer)? {
            Reading::Bytes(count) => Ok(Some(count)),
            Reading::Again => {
                drop(input);
                thread::sleep(slice.min(PAUSE_AFTER_NOTHING));
                Ok(None)
            }
            Reading::ClearHalt => {
                endpoint.clear_halt().wait().map_err(io_error)?;
                Ok(None)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn in_ms(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl Read for UsbStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let timeout = Duration::from_millis(self.shared.read_timeout_ms.load(Ordering::Relaxed));
        let deadline = Deadline::after(timeout);
        while !self.shared.is_closed() {
            let slice = deadline.remaining().clamp(super::WAIT_MIN, SLICE);
            match self.shared.read_slice(buffer, slice)? {
                Some(count) => return Ok(count),
                None if deadline.is_over() => return Err(io::ErrorKind::TimedOut.into()),
                None => {}
            }
        }
        Ok(0)
    }
}

impl Write for UsbStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.shared.is_closed() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let timeout = Duration::from_millis(self.shared.write_timeout_ms.load(Ordering::Relaxed));
        let piece = &bytes[..bytes.len().min(WRITE_LEN_MAX)];
        let mut output = lock(&self.shared.output);
        let completion = output.transfer_blocking(piece.to_vec().into(), timeout);
        let status = status_of(&completion);
        if status == Status::Stalled {
            output.clear_halt().wait().map_err(io_error)?;
        }
        written(status, completion.actual_len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ByteStream for UsbStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.shared.read_timeout_ms.store(in_ms(timeout), Ordering::Relaxed);
        Ok(())
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.shared.write_timeout_ms.store(in_ms(timeout), Ordering::Relaxed);
        Ok(())
    }

    fn try_clone(&self) -> io::Result<Box<dyn ByteStream>> {
        Ok(Box::new(UsbStream { shared: Arc::clone(&self.shared) }))
    }

    fn shutdown(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
    }
}
