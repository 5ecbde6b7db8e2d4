//! A real salon's exports, traded through the very programs that a salon runs, and reconciled to the cent. The data is
//! read in place; where it is not there (it is not the project's to publish), the test trades invented days of the same
//! shape.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// `SALON_BIN_DIR`, or where cargo puts programs beside this test.
fn bins() -> PathBuf {
    std::env::var_os("SALON_BIN_DIR").map(PathBuf::from).unwrap_or_else(|| {
        let test = std::env::current_exe().unwrap();
        test.parent().and_then(Path::parent).unwrap().to_owned()
    })
}

fn replay(dir: &Path) -> serde_json::Value {
    let pos = bins().join("pos");
    let out =
        Command::new(&pos).arg("replay").arg(dir).env("SALON_BIN_DIR", bins()).env("SALON_SECRETS", "file").output();
    let out = out.unwrap_or_else(|e| panic!("{}: {e}: build the programs first (./x test does)", pos.display()));
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{said}\n{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_str(said.lines().last().unwrap()).unwrap()
}

fn agrees(report: &serde_json::Value) {
    let own = ["net_minor", "receipts", "bookings"].map(|name| report[name].clone());
    for other in ["server", "second_terminal"] {
        assert_eq!(
            ["net_minor", "receipts", "bookings"].map(|name| report[other][name].clone()),
            own,
            "{other}: {report}"
        );
    }
    assert_eq!(report["chain_ok"], true, "{report}");
}

fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("SALON_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    [given, Some(beside)]
        .into_iter()
        .flatten()
        .map(|s| s.join("data/real-salon"))
        .find(|d| d.join("receipts.csv").is_file())
}

#[test]
fn a_real_salon_reconciles() {
    let Some(dir) = shared() else {
        eprintln!("the real salon's exports are not here: only the invented ones are traded");
        return;
    };
    let report = replay(&dir);
    agrees(&report);
    assert_eq!(
        (&report["receipts"], &report["lines"], &report["net_minor"], &report["bookings"]),
        (&690.into(), &927.into(), &5_512_109.into(), &814.into()),
        "{report}"
    );
    assert_eq!(report["unreadable_rows"], 0);
    assert!(report["clashes"].as_u64() > Some(0), "overlapping appointments are kept and counted");
}

#[test]
fn another_salon_s_folder_is_right_too() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put("services.csv", "IsActive,Code,Desc,Cate,Price,Cost\nTRUE,CUT,Cut,STYLE,52,5\nTRUE,COL,Colour,COLOR,0,10\n");
    put(
        "products.csv",
        "IsActive,Code,Description,Supplier,Brand,Category,Price,On Hand,Minimum,Maximum,Cost\nTRUE,SH,Shampoo,S,B,RETAIL,30,5,1,4,18\n",
    );
    // A double booking, an unknown service, a walk-in without a code.
    put(
        "bookings.csv",
        "Code,Staff,Service,Date,Time,TimeInt\nA01,KIM,CUT,02/03/2020,,600\nB02,KIM,CUT,02/03/2020,,615\n\
         C03,LEE,PERM,02/04/2020,,660\n,LEE,CUT,02/04/2020,,720\n",
    );
    // A refund, a redeemed deposit, a line whose tax was recorded wrong, one that cannot be read.
    put(
        "receipts.csv",
        "Receipt,Date,Description,Client,Staff,Quantity,Amount,GST,PST\n\
         1,02/03/2020,Cut,A01,KIM,1,52,2.6,4.16\n1,02/03/2020,Shampoo,A01,KIM,2,60,3,4.8\n\
         2,02/03/2020,Colour,B02,KIM,1,120,6,9.6\n2,02/03/2020,Colour,B02,KIM,1,-50,-2.5,-4\n\
         3,02/04/2020,Shampoo,A01,KIM,1,-30,-1.5,-2.4\n4,02/04/2020,Cut,WALK_IN,LEE,1,80,4,7\n\
         5,02/04/2020,Cut,C03,LEE,1,eighty,4,6.4\n",
    );
    put("no-shows.csv", "Date,Code,Service,Staff\n02/04/2020,C03,PERM,LEE\n");
    let report = replay(dir.path());
    agrees(&report);
    assert_eq!(report["receipts"], 4);
    assert_eq!(report["lines"], 6);
    assert_eq!(report["net_minor"], 5_200 + 6_000 + 12_000 - 5_000 - 3_000 + 8_000);
    assert_eq!(report["bookings"], 4);
    assert_eq!(report["unreadable_rows"], 1);
    assert_eq!(report["no_shows"], 1);
    assert_eq!(report["clashes"], 1);
    let difference = serde_json::json!([{"receipt": "4", "tax": "PST", "recorded_minor": 700, "computed_minor": 640}]);
    assert_eq!(report["line_tax_differences"], difference);
}
