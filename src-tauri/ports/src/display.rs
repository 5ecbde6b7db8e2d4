//! The customer display: two short lines that the client reads.

use crate::PortError;

pub trait DisplayPort: Send {
    /// Shows both lines, cut at the display's width; an empty pair clears it.
    fn show(&mut self, upper: &str, lower: &str) -> Result<(), PortError>;
}
