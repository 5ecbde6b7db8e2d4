//! Faults that are noticed, and the print queue.

use crate::rig::{PATIENCE, Till, key, wait_for};
use salon_contract::window::{
    Code, DeviceRole, DeviceTrouble, Devices, DropPrintJob, Notice, OpenDrawer, PrintAgain, PrintJobView, PrintQueue,
    PrintedView, Receipt, Status,
};
use salon_devices::sim::{PrinterFault, PrinterSim};
use salon_terminal::printing::{Step, print_next};

/// Past the questions for the printer's state, into the receipt.
const MIDWAY_BYTES: usize = 200;

fn print_all(till: &Till) -> Step {
    loop {
        match print_next(&till.app).unwrap() {
            Step::Done => {}
            ended => return ended,
        }
    }
}

fn queue(till: &Till, kind: &str) -> Vec<PrintJobView> {
    till.ask(PrintQueue {}).unwrap().into_iter().filter(|job| job.kind == kind).collect()
}

fn fault(notice: &Notice) -> Option<String> {
    match notice {
        Notice::DeviceFault { role: DeviceRole::Printer, cause } => Some(cause.clone()),
        _ => None,
    }
}

fn well(notice: &Notice) -> Option<Option<String>> {
    match notice {
        Notice::DeviceWell { role: DeviceRole::Printer, warning } => Some(warning.clone()),
        _ => None,
    }
}

/// A till with a receipt of which some may be on paper.
fn unsure() -> (Till, PrinterSim, PrintJobView) {
    let (till, printer) = Till::open().with_printer();
    let sold = till.sell_cash(0);
    // The drawer's pulse has a connection of its own.
    assert_eq!(print_next(&till.app).unwrap(), Step::Done);
    printer.set(PrinterFault::DropAfterBytes(MIDWAY_BYTES));
    assert_eq!(print_all(&till), Step::Blocked);
    printer.clear();
    let [job] = queue(&till, "receipt").try_into().unwrap();
    assert_eq!((job.state.as_str(), job.ticket), ("unsure", Some(sold.sale.ticket)), "{job:?}");
    (till, printer, job)
}

#[test]
fn a_fault_is_noticed_while_nobody_prints_and_so_is_its_end() {
    let (till, printer) = Till::watched().with_printer();
    let notices = till.app.subscribe();
    printer.set(PrinterFault::CoverOpen);
    assert_eq!(wait_for(&notices, fault), "cover_open");
    let device = till.ask(Devices {}).unwrap().devices.remove(0);
    assert_eq!((device.well, device.fault.as_deref()), (false, Some("cover_open")));
    printer.clear();
    assert_eq!(wait_for(&notices, well), None);
    assert_eq!(till.ask(Status {}).unwrap().device_trouble, []);
}

#[test]
fn paper_near_its_end_is_a_warning_and_prints() {
    let (till, printer) = Till::watched().with_printer();
    let notices = till.app.subscribe();
    printer.set(PrinterFault::PaperNearEnd);
    assert_eq!(wait_for(&notices, well).as_deref(), Some("paper_near_end"));
    let warning = DeviceTrouble { role: DeviceRole::Printer, cause: "paper_near_end".into(), warning: true };
    assert_eq!(till.ask(Status {}).unwrap().device_trouble, [warning]);
    assert!(till.ask(Devices {}).unwrap().devices[0].well);
    till.sell_cash(0);
    assert!(printer.wait_for_receipts(1, PATIENCE));
}

#[test]
fn what_waited_for_paper_is_printed_by_itself_when_there_is_some() {
    let (till, printer) = Till::watched().with_printer();
    let notices = till.app.subscribe();
    printer.set(PrinterFault::PaperOut);
    assert_eq!(wait_for(&notices, fault), "paper_out");
    till.sell_cash(0);
    till.sell_cash(0);
    printer.clear();
    assert!(printer.wait_for_receipts(2, PATIENCE));
}

#[test]
fn the_drawer_opens_while_receipts_wait_for_paper() {
    let (till, printer) = Till::open().with_printer();
    printer.set(PrinterFault::PaperOut);
    till.sell_cash(0);
    assert_eq!(print_all(&till), Step::Blocked);
    till.ask(OpenDrawer { key: key(), reason: "change".into() }).unwrap();
    till.sell_cash(0);
    print_all(&till);
    assert!(printer.wait_for_pulses(3, PATIENCE), "{} pulses", printer.drawer_pulses());
    assert_eq!(till.ask(Status {}).unwrap().print_queue, 2);
}

#[test]
fn a_job_is_queued_with_its_fault_then_printed() {
    let (till, printer) = Till::open().with_printer();
    printer.set(PrinterFault::CoverOpen);
    let sold = till.sell_cash(0);
    assert_eq!(print_all(&till), Step::Blocked);
    let job = queue(&till, "receipt").remove(0);
    assert_eq!((job.state.as_str(), job.fault.as_deref()), ("queued", Some("cover_open")));
    assert_eq!((job.number, job.ticket, job.copy), (Some(sold.sale.number), Some(sold.sale.ticket), false));
    printer.clear();
    assert_eq!(print_all(&till), Step::Nothing);
    assert_eq!(queue(&till, "receipt").remove(0).state, "printed");
    assert_eq!(till.ask(Receipt { ticket: sold.sale.ticket }).unwrap().printed, PrintedView::Printed);
}

#[test]
fn an_unsure_job_is_printed_again_once_as_a_copy() {
    let (till, printer, job) = unsure();
    assert_eq!(till.ask(Devices {}).unwrap().print_unsure, 1);
    assert_eq!(print_all(&till), Step::Nothing, "nothing is repeated by itself");
    let sheets = printer.receipts().len();
    let again = PrintAgain { key: key(), job: job.job };
    till.ask(again.clone()).unwrap();
    till.ask(again).unwrap();
    let other = till.ask(PrintAgain { key: key(), job: job.job }).unwrap_err();
    assert_eq!(other.code, Code::NotFound, "it is not unsure any more");
    assert_eq!(print_all(&till), Step::Nothing);
    assert!(printer.wait_for_receipts(sheets + 1, PATIENCE));
    let receipts = printer.receipts();
    assert_eq!(receipts.len(), sheets + 1);
    assert!(receipts[sheets].lines.join("\n").contains("COPY"), "{:?}", receipts[sheets].lines);
    let states: Vec<_> = queue(&till, "receipt").into_iter().map(|job| (job.state, job.copy)).collect();
    assert_eq!(states, [("printed".to_owned(), true), ("dropped".to_owned(), false)]);
}

#[test]
fn a_job_that_waits_is_dropped_and_never_printed() {
    let (till, printer) = Till::open().with_printer();
    printer.set(PrinterFault::PaperOut);
    let sold = till.sell_cash(0);
    print_all(&till);
    let job = queue(&till, "receipt").remove(0).job;
    till.ask(DropPrintJob { job }).unwrap();
    till.ask(DropPrintJob { job }).unwrap();
    printer.clear();
    assert_eq!(print_all(&till), Step::Nothing);
    assert_eq!(printer.receipts(), []);
    assert_eq!(till.ask(Receipt { ticket: sold.sale.ticket }).unwrap().printed, PrintedView::Dropped);
}

#[test]
fn what_is_printed_is_not_dropped_and_not_printed_again() {
    let (till, _printer) = Till::open().with_printer();
    till.sell_cash(0);
    print_all(&till);
    let job = queue(&till, "receipt").remove(0).job;
    assert_eq!(till.ask(DropPrintJob { job }).unwrap_err().code, Code::NotFound);
    assert_eq!(till.ask(PrintAgain { key: key(), job }).unwrap_err().code, Code::NotFound);
    assert_eq!(till.ask(PrintAgain { key: key(), job: 9_999 }).unwrap_err().code, Code::NotFound);
}
