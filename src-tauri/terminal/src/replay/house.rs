//! The processes that a replay needs: server, printer, card terminal. Ended when the house is dropped.

use super::Figures;
use crate::import::{Plan, staff_id, trading_hours};
use anyhow::Context;
use salon_domain::access::Role;
use salon_domain::branch::Branch;
use salon_domain::kernel::{BranchId, Currency, TaxClass, TaxMode, TaxRate, TenantId};
use salon_domain::staff::{Skills, Staff};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

pub struct House {
    pub place: PathBuf,
    pub codes: Vec<String>,
    pub printer: String,
    pub card: String,
    pub currency: Currency,
    server: String,
    bins: PathBuf,
    children: Vec<(Child, BufReader<ChildStdout>)>,
}

impl House {
    /// A folder for a replay, gone when it is dropped.
    pub fn folder() -> anyhow::Result<Folder> {
        let path = std::env::temp_dir().join(format!("salon-replay-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }

    pub fn start(bins: &Path, place: &Path, plan: &Plan, currency: Currency) -> anyhow::Result<House> {
        let mut house = House {
            place: place.to_owned(),
            codes: Vec::new(),
            printer: String::new(),
            card: String::new(),
            currency,
            server: String::new(),
            bins: bins.to_owned(),
            children: Vec::new(),
        };
        house.provision(plan)?;
        let data = house.server_data();
        let listen = ["--listen", "127.0.0.1:0"];
        house.server = house.spawn("salon-server", &["serve", "--data", &data, listen[0], listen[1]])?;
        let out = place.join("receipts").display().to_string();
        house.printer = house.spawn("salon-sim", &["printer", "--tcp", listen[1], "--out", &out])?;
        let card = ["card-terminal", "--tcp", listen[1], "--delay-ms", "0", "--currency", currency.code()];
        house.card = house.spawn("salon-sim", &card)?;
        Ok(house)
    }

    pub fn server_url(&self) -> String {
        format!("http://{}", self.server)
    }

    fn server_data(&self) -> String {
        self.place.join("server").display().to_string()
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bins.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// A salon with one branch under the taxes that the export's columns name, and its owner.
    fn provision(&mut self, plan: &Plan) -> anyhow::Result<()> {
        let tenant = TenantId::from_parts(1, [0x5a; 10]);
        let branch: BranchId = tenant.derive(b"branch");
        let names: Vec<String> = plan.receipts.first().map_or_else(Vec::new, |r| r.taxes.keys().cloned().collect());
        let rates = names.iter().map(|name| rate_named(plan, name)).collect::<anyhow::Result<Vec<_>>>()?;
        let branch = Branch {
            id: branch,
            name: "Replay".into(),
            zone: "America/Toronto".into(),
            currency: self.currency,
            hours: trading_hours(),
            taxes: vec![TaxClass { code: "standard".into(), rates }],
            address: Vec::new(),
            tax_number: String::new(),
            receipt_footer: String::new(),
            language: String::new(),
            float_minor: 20_000,
            cash_rounding: Default::default(),
            stored_value: Default::default(),
            desk: Default::default(),
        };
        let owner = Staff {
            id: staff_id(tenant, "replay-owner"),
            code: "OWNER".into(),
            name: "Owner".into(),
            role: Role::Admin,
            branches: vec![branch.id],
            skills: Skills::All,
            hours: trading_hours(),
            pin_hash: None,
            bookable: false,
            active: true,
        };
        let file = self.place.join("tenant.json");
        let tenant = serde_json::json!({
            "tenant": tenant, "name": "Replay", "owner": { "email": "owner@example.com" },
            "branches": [branch], "staff": [owner], "terminals": 2,
        });
        std::fs::write(&file, serde_json::to_vec(&tenant)?)?;
        let said = self.answer(&["provision", "--data", &self.server_data(), "--file", &file.display().to_string()])?;
        let codes = said["codes"].as_array().context("salon-server provision gave no codes")?;
        self.codes = codes.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect();
        anyhow::ensure!(self.codes.len() == 2, "salon-server provision gave {} codes, not 2", self.codes.len());
        Ok(())
    }

    fn answer(&self, args: &[&str]) -> anyhow::Result<serde_json::Value> {
        let out = self.program("salon-server").args(args).output().context("salon-server cannot be started")?;
        anyhow::ensure!(out.status.success(), "salon-server {}: {}", args[0], String::from_utf8_lossy(&out.stderr));
        Ok(serde_json::from_slice(&out.stdout)?)
    }

    /// Starts a program and waits for its line `listening on ADDR`.
    fn spawn(&mut self, name: &str, args: &[&str]) -> anyhow::Result<String> {
        let log = std::fs::File::create(self.place.join(format!("{name}-{}.log", self.children.len())))?;
        let mut child = self
            .program(name)
            .args(args)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{name} cannot be started from {}", self.bins.display()))?;
        let out = child.stdout.take().context("no standard output")?;
        let mut out = BufReader::new(out);
        let mut line = String::new();
        out.read_line(&mut line)?;
        let address = line.trim().rsplit(' ').next().unwrap_or_default().trim_start_matches("http://").to_owned();
        // Kept open: a program whose output is closed may end.
        self.children.push((child, out));
        anyhow::ensure!(!address.is_empty(), "{name} ended before it listened");
        Ok(address)
    }

    pub fn server_figures(&self) -> anyhow::Result<Figures> {
        let totals = self.answer(&["totals", "--data", &self.server_data()])?;
        let number = |name: &str| totals[name].as_i64().with_context(|| format!("salon-server totals has no {name}"));
        Ok(Figures {
            net_minor: number("net_minor")?,
            receipts: number("receipts")? as u64,
            bookings: number("bookings")? as u64,
        })
    }
}

/// A tax's rate, from what the export recorded: the rate in basis points that most lines agree with.
fn rate_named(plan: &Plan, name: &str) -> anyhow::Result<TaxRate> {
    let mut votes: std::collections::BTreeMap<i64, u32> = std::collections::BTreeMap::new();
    for line in plan.receipts.iter().filter(|l| l.amount_minor.abs() >= 1_000) {
        let tax = line.taxes.get(name).copied().unwrap_or(0);
        // To a quarter of a per cent: finer than any such tax, coarser than the rounding of a line.
        let quarter_per_cent = (tax * 400 + line.amount_minor / 2) / line.amount_minor;
        *votes.entry(quarter_per_cent * 25).or_default() += 1;
    }
    let best = votes.into_iter().max_by_key(|(_, n)| *n).map_or(0, |(bp, _)| bp);
    let rate_bp = u32::try_from(best).with_context(|| format!("the rate of {name} cannot be told"))?;
    Ok(TaxRate { code: name.to_owned(), rate_bp, mode: TaxMode::Exclusive })
}

impl Drop for House {
    fn drop(&mut self) {
        for (child, _) in &mut self.children {
            // Ended already is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub struct Folder(PathBuf);

impl Folder {
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the replay's folder is left behind");
        }
    }
}
