//! Which terminals are connected to this process.

use salon_domain::kernel::DeviceId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Default)]
struct Links {
    last: u64,
    of: HashMap<DeviceId, (u64, Arc<Notify>)>,
}

#[derive(Default)]
pub struct Online(Arc<Mutex<Links>>);

/// A connection of a device, until it is dropped.
pub struct Link {
    links: Arc<Mutex<Links>>,
    device: DeviceId,
    number: u64,
    ended: Arc<Notify>,
}

fn lock(links: &Mutex<Links>) -> MutexGuard<'_, Links> {
    links.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Online {
    /// A device has proved itself. An older connection of the same device ends: it is what a broken line left behind.
    pub fn connect(&self, device: DeviceId) -> Link {
        let mut links = lock(&self.0);
        links.last += 1;
        let (number, ended) = (links.last, Arc::new(Notify::new()));
        if let Some((_, older)) = links.of.insert(device, (number, Arc::clone(&ended))) {
            older.notify_one();
        }
        Link { links: Arc::clone(&self.0), device, number, ended }
    }

    pub fn is_online(&self, device: DeviceId) -> bool {
        lock(&self.0).of.contains_key(&device)
    }

    /// Ends the device's connection, if it has one.
    pub fn end(&self, device: DeviceId) {
        if let Some((_, ended)) = lock(&self.0).of.get(&device) {
            ended.notify_one();
        }
    }
}

impl Link {
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Resolves when the connection has to end.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    fn is_current(&self) -> bool {
        lock(&self.links).of.get(&self.device).is_some_and(|(number, _)| *number == self.number)
    }

    /// Gives the link up. False: a newer connection has taken over, the device is still online.
    pub fn close(self) -> bool {
        self.is_current()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if self.is_current() {
            lock(&self.links).of.remove(&self.device);
        }
    }
}
