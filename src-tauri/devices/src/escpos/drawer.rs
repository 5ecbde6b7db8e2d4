//! The cash drawer on the printer's connector.

use super::encode::pulse;
use super::printer::Profile;
use super::wire::{CONNECT, Fault, STATUS, Wire, connect};
use super::{DC4, DLE};
use crate::stream::{Connector, Deadline, write_until};
use salon_ports::{DrawerPort, PortError};

/// The time of `DLE DC4`, in units of 100 ms: the shortest that there is, and long enough for any drawer.
const PULSE_100_MS: u8 = 1;

/// Opens the drawer with a connection of its own.
///
/// Two commands give the pulse. `ESC p` is what every printer knows, but it waits in the buffer: of a printer without paper
/// it opens nothing, and then, when somebody puts in a new roll, the drawer in his face. `DLE DC4` is executed on arrival,
/// offline or not, but clones that lack it print its bytes. So the printer is asked how it is: `ESC p` when it is well,
/// `DLE DC4` when it is not, and never both.
pub struct EscPosDrawer {
    connector: Box<dyn Connector>,
    profile: Profile,
}

impl EscPosDrawer {
    pub fn new(connector: Box<dyn Connector>, profile: Profile) -> Self {
        EscPosDrawer { connector, profile }
    }
}

impl DrawerPort for EscPosDrawer {
    fn open(&mut self) -> Result<(), PortError> {
        let mut stream = connect(self.connector.as_ref(), CONNECT)?;
        let mut wire = Wire::new(stream.as_mut());
        let status = wire.status(Deadline::after(STATUS)).map_err(Fault::before_anything_happened)?;
        let connector = u8::from(self.profile.second_drawer);
        let bytes = match status.fault() {
            None => pulse(connector),
            Some(_) => [DLE, DC4, 1, connector, PULSE_100_MS],
        };
        write_until(wire.stream(), &bytes, Deadline::after(STATUS)).map_err(|error| {
            let fault = Fault::of(&error.source);
            if error.sent == 0 { fault.before_anything_happened() } else { fault.after_sending() }
        })
    }
}
