//! A scanner on a wire of its own. One that types as a keyboard does is the window's business.

use crate::PortError;
use std::time::Duration;

pub trait ScannerPort: Send {
    /// The next code as the scanner sent it, without its terminator; `None` when there was none within `timeout`.
    /// Reconnects by itself; an error says that the scanner is away, and asking again later may work.
    fn read(&mut self, timeout: Duration) -> Result<Option<String>, PortError>;
}
