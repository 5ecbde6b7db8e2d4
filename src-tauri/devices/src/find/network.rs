//! Printers and card terminals on the network.
//!
//! Bounded in every way: private networks only, 254 hosts each, two of them, two ports a host, so many connections at
//! once, so much time in all.

use super::{Found, FoundKind};
use crate::escpos::{StatusKind, is_status_byte};
use crate::stream::{Deadline, read_until, resolve, write_until};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const PRINTER_PORT: u16 = 9100;
const TERMINAL_PORT: u16 = 20_007;

/// With more there is no time to try all hosts.
const NETWORKS_MAX: usize = 2;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For one connection.
    pub connect: Duration,
    /// For a printer's answer.
    pub answer: Duration,
    pub at_once: usize,
    /// For everything.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_millis(250),
            answer: Duration::from_millis(500),
            at_once: 64,
            whole: Duration::from_secs(5),
        }
    }
}

/// What is looked for at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Found when it answers as one.
    Printer,
    /// Found when the port is open; nothing is sent.
    Terminal,
    /// Given by a person, at a port that says nothing: a printer when it answers as one, else something unknown.
    Any,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub address: SocketAddr,
    pub role: Role,
    /// As a person wrote it.
    pub name: String,
}

impl Target {
    pub fn new(address: SocketAddr, role: Role) -> Self {
        Target { address, role, name: address.to_string() }
    }
}

/// The private /24 networks that this computer's own addresses are in, by their first address.
pub fn own_networks() -> Vec<Ipv4Addr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the network interfaces could not be listed");
        Vec::new()
    });
    let addresses = interfaces.iter().filter(|interface| !interface.is_loopback());
    networks_of(addresses.filter_map(|interface| match interface.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }))
}

/// The first addresses (`….0`) of the networks that may be searched: private ones (RFC 1918), each once, not too many.
pub fn networks_of(own: impl IntoIterator<Item = Ipv4Addr>) -> Vec<Ipv4Addr> {
    let mut networks = Vec::new();
    for address in own.into_iter().filter(Ipv4Addr::is_private) {
        let [a, b, c, _] = address.octets();
        let network = Ipv4Addr::new(a, b, c, 0);
        if !networks.contains(&network) && networks.len() < NETWORKS_MAX {
            networks.push(network);
        }
    }
    networks
}

/// Both usual ports of every host in `networks`, which are /24.
pub fn hosts_of(networks: &[Ipv4Addr]) -> Vec<Target> {
    let hosts = networks.iter().flat_map(|network| {
        let [a, b, c, _] = network.octets();
        (1..=254).map(move |host| Ipv4Addr::new(a, b, c, host))
    });
    hosts.flat_map(|host| usual_ports(host.into(), &host.to_string())).collect()
}

fn usual_ports(host: IpAddr, name: &str) -> [Target; 2] {
    [(PRINTER_PORT, Role::Printer), (TERMINAL_PORT, Role::Terminal)].map(|(port, role)| Target {
        address: (host, port).into(),
        role,
        name: format!("{name}:{port}"),
    })
}

/// What a person has given: `HOST:PORT`, or `HOST` for the usual ports. What has no address is left out.
pub(super) fn targets_of(addresses: &[String], limits: &Limits) -> Vec<Target> {
    addresses.iter().flat_map(|text| targets_at(text.trim(), limits)).collect()
}

fn targets_at(text: &str, limits: &Limits) -> Vec<Target> {
    let has_port = text.parse::<SocketAddr>().is_ok()
        || text.rsplit_once(':').is_some_and(|(host, port)| !host.contains(':') && port.parse::<u16>().is_ok());
    let whole = if has_port { text.to_owned() } else { format!("{text}:{PRINTER_PORT}") };
    let Some(address) = resolve(&whole, Deadline::after(limits.whole)).ok().and_then(|all| all.first().copied()) else {
        return Vec::new();
    };
    if !has_port {
        return usual_ports(address.ip(), text).into();
    }
    let role = if address.port() == TERMINAL_PORT { Role::Terminal } else { Role::Any };
    vec![Target { address, role, name: text.to_owned() }]
}

/// Tries `targets`, as far as the limits let, in their order.
pub fn scan(targets: &[Target], limits: &Limits) -> Vec<Found> {
    let whole = Deadline::after(limits.whole);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..limits.at_once.min(targets.len()) {
            scope.spawn(|| {
                while !whole.is_over() {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(target) = targets.get(at) else { break };
                    if let Some(hit) = probe(target, limits, whole) {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((at, hit));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, hit)| hit).collect()
}

fn probe(target: &Target, limits: &Limits, whole: Deadline) -> Option<Found> {
    let patience = whole.at_most(limits.connect).remaining().max(Duration::from_millis(1));
    let mut stream = TcpStream::connect_timeout(&target.address, patience).ok()?;
    let kind = match target.role {
        Role::Terminal => FoundKind::NetworkTerminal,
        Role::Printer | Role::Any if answers_as_printer(&mut stream, whole.at_most(limits.answer)) => {
            FoundKind::NetworkPrinter
        }
        Role::Printer => return None,
        Role::Any => FoundKind::NetworkUnknown,
    };
    let address = target.name.clone();
    let suggestions = match kind {
        FoundKind::NetworkPrinter => vec![format!("escpos_tcp:{address}")],
        FoundKind::NetworkTerminal => vec![format!("zvt_tcp:{address}")],
        _ => Vec::new(),
    };
    Some(Found { kind, label: address.clone(), address, usb: None, suggestions })
}

fn answers_as_printer(stream: &mut TcpStream, deadline: Deadline) -> bool {
    let mut byte = [0];
    write_until(stream, &StatusKind::Printer.request(), deadline).is_ok()
        && read_until(stream, &mut byte, deadline).is_ok_and(|count| count == 1)
        && is_status_byte(byte[0])
}
