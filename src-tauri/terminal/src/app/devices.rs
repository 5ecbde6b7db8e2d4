//! Devices and stock, as far as the till shows them.

use super::{App, cause_name, lock, try_lock};
use crate::store::JobKind;
use salon_contract::window::{Code, DeviceView, DevicesView, Done, Failure, StockRow};
use salon_domain::access::Permission;
use salon_domain::customer::fold_for_search;
use salon_domain::inventory::{needs_reorder, reorder_quantity};
use salon_ports::PortError;
use uuid::Uuid;

impl App {
    pub(super) fn stock(&self, text: &str, low_only: bool, limit: u16) -> Result<Vec<StockRow>, Failure> {
        self.require(Permission::StockRead)?;
        let catalog = self.catalog()?;
        let levels = self.store.levels()?;
        let words: Vec<String> = fold_for_search(text).split_whitespace().map(str::to_owned).collect();
        let mut rows: Vec<StockRow> = catalog
            .products
            .values()
            .filter(|p| p.active)
            .filter(|p| {
                let folded = fold_for_search(&format!("{} {} {} {}", p.name, p.brand, p.sku, p.barcode));
                words.iter().all(|w| folded.contains(w.as_str()))
            })
            .map(|p| (p, levels.get(&p.id).copied().unwrap_or(0)))
            .filter(|(p, level)| !low_only || needs_reorder(p, *level))
            .map(|(p, level_milli)| StockRow {
                product: p.id,
                name: p.name.clone(),
                brand: p.brand.clone(),
                sku: p.sku.clone(),
                level_milli,
                par_min: p.par_min,
                par_max: p.par_max,
                reorder: reorder_quantity(p, level_milli),
                price_minor: p.price_minor,
            })
            .collect();
        rows.sort_by(|a, b| (&a.brand, &a.name).cmp(&(&b.brand, &b.name)));
        rows.truncate(usize::from(limit.max(1)));
        Ok(rows)
    }

    pub(super) fn devices(&self) -> Result<DevicesView, Failure> {
        let mut devices = Vec::new();
        let fault = lock(&self.live).printer_fault;
        if let Some(address) = self.printer_address() {
            devices.push(DeviceView {
                kind: "printer".into(),
                address,
                well: fault.is_none(),
                fault: fault.map(cause_name),
            });
        }
        // A payment in progress holds the port: then it is well by the look of it.
        if let Some(port) = try_lock(&self.card)
            && let Some((address, _)) = port.as_ref()
        {
            devices.push(DeviceView {
                kind: "card_terminal".into(),
                address: address.clone(),
                well: true,
                fault: None,
            });
        }
        Ok(DevicesView { devices, print_queue: self.store.queued_jobs()? })
    }

    fn printer_address(&self) -> Option<String> {
        lock(&self.printer).as_ref().map(|(address, _)| address.clone())
    }

    pub(super) fn test_printer(&self) -> Result<Done, Failure> {
        let mut printer = lock(&self.printer);
        let Some((_, port)) = printer.as_mut() else {
            return Err(Failure::new(Code::NoDevice).with("device", "printer"));
        };
        let state = port.state().map_err(|e| device_failure("printer", &e));
        drop(printer);
        state?;
        self.set_printer_fault(None);
        self.print_later(JobKind::Test, &[], false)?;
        Ok(Done {})
    }

    pub(super) fn test_card_terminal(&self) -> Result<Done, Failure> {
        let mut port = try_lock(&self.card).ok_or(Code::CardBusy)?;
        let Some((_, port)) = port.as_mut() else {
            return Err(Failure::new(Code::NoDevice).with("device", "card_terminal"));
        };
        port.test().map_err(|e| device_failure("card_terminal", &e))?;
        Ok(Done {})
    }

    pub(super) fn open_drawer(&self, key: Uuid, reason: &str) -> Result<Done, Failure> {
        let user = self.require(Permission::TillOpenClose)?;
        if reason.trim().is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(Done {});
            }
            let session = unit.open_session()?.ok_or(Code::TillClosed)?;
            let opened =
                salon_domain::payment::DrawerOpened { session: session.session, reason: reason.trim().to_owned() };
            let what = salon_domain::event::Happening::DrawerOpened(opened);
            unit.journal(session.session.uuid(), what, user, key)?;
            unit.queue_print(JobKind::Drawer, &[], false)?;
            unit.mark_done(key, &true)?;
            Ok(Done {})
        })
    }
}

fn device_failure(device: &str, error: &PortError) -> Failure {
    Failure::new(Code::Device).with("device", device).with("cause", cause_name(error.cause()))
}
