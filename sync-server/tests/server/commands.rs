//! The program itself: its commands, and what it says when something is wrong.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_salon-server");

fn run(args: &[&str], input: &str) -> Result<Value, String> {
    let mut child = Command::new(PROGRAM)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    if output.status.success() {
        assert_eq!(text.lines().count(), 1, "one line of JSON: {text}");
        Ok(serde_json::from_str(&text).unwrap())
    } else {
        assert_eq!(text, "");
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

fn create(data: &Path, input: &str) -> Value {
    let data = data.to_str().unwrap();
    let args = ["create-tenant", "--data", data, "--name", "Salon", "--email", "o@example.com", "--branch", "Mitte"];
    let more = ["--zone", "Europe/Berlin", "--currency", "EUR", "--tax", "VAT:19:inclusive"];
    run(&[args.as_slice(), &more].concat(), input).unwrap()
}

struct Server(Child);

impl Server {
    fn start(data: &Path) -> (Server, String) {
        Self::start_with(data, &[])
    }

    fn start_with(data: &Path, more: &[&str]) -> (Server, String) {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0", "--log-json"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the line").to_owned();
        (Server(child), address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn http_get(address: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_server_serves_while_commands_work_beside_it_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let (mut server, address) = Server::start(folder.path());
    let made = create(folder.path(), "a long password\n");
    assert_eq!(made["owner"].get("password"), None, "a password that was given is not shown");
    let pair = run(&["pair", "--data", data, "--branch", "mitte", "--name", "Till 1"], "").unwrap();
    assert_eq!((pair["expires_in_s"].as_u64(), &pair["branch"]), (Some(1_800), &made["branches"][0]["branch"]));
    assert_eq!(pair["code"].as_str().unwrap().len(), 9);
    let totals = run(&["totals", "--data", data], "").unwrap();
    assert_eq!((&totals["tenant"], totals["receipts"].as_u64()), (&made["tenant"], Some(0)));
    let health = http_get(&address, "/health");
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("\"status\":\"ok\""), "{health}");
    assert!(health.contains("content-security-policy: default-src 'self'"), "{health}");

    // The port is taken.
    let error = run(&["serve", "--data", data, "--listen", &address], "").unwrap_err();
    assert!(error.contains("another program has this port") && error.contains("--listen"), "{error}");

    let stopped = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert!(server.0.wait().unwrap().success());
    let mut log = String::new();
    server.0.stderr.as_mut().unwrap().read_to_string(&mut log).unwrap();
    for line in log.lines() {
        serde_json::from_str::<Value>(line).expect("every line of the log is JSON");
    }
    assert!(log.contains("/health") && !log.contains("o@example.com"), "{log}");
}

#[test]
fn the_console_s_pages_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("dist");
    std::fs::create_dir_all(pages.join("console")).unwrap();
    std::fs::write(pages.join("secret.txt"), "not a page").unwrap();
    std::fs::write(pages.join("console/index.html"), "<p>console</p>").unwrap();
    std::fs::write(pages.join("console/app.wasm"), [0, 97, 115, 109]).unwrap();
    let (_server, address) = Server::start_with(folder.path(), &["--pages", pages.to_str().unwrap()]);
    for path in ["/", "/console"] {
        let answer = http_get(&address, path);
        assert!(answer.starts_with("HTTP/1.1 307") && answer.contains("location: /console/\r\n"), "{answer}");
    }
    for path in ["/console/", "/console/index.html", "/console/some/place/inside"] {
        let answer = http_get(&address, path);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("<p>console</p>"), "{path}: {answer}");
        assert!(answer.contains("content-type: text/html") && answer.contains("'wasm-unsafe-eval'"), "{answer}");
    }
    assert!(http_get(&address, "/console/app.wasm").contains("content-type: application/wasm"));
    for path in ["/secret.txt", "/console/../secret.txt", "/console/%2e%2e/secret.txt"] {
        assert!(!http_get(&address, path).contains("not a page"), "{path}");
    }
}

#[test]
fn a_tenant_is_provisioned_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let branch = super::support::branch(super::support::harbour(), "Harbour");
    let new = json!({
        "name": "Imported", "owner": {"email": "o@example.com"}, "branches": [branch],
        "staff": [super::support::staff()], "services": [super::support::service()],
        "products": [super::support::product()], "terminals": 2,
    });
    let made = run(&["provision", "--data", data, "--file", "-"], &new.to_string()).unwrap();
    assert_eq!(made["branches"], json!([{"branch": branch.id, "name": "Harbour"}]));
    assert_eq!(made["codes"].as_array().unwrap().len(), 2);
    assert!(made["owner"]["password"].as_str().unwrap().len() >= 20);
    let again = run(&["provision", "--data", data, "--file", "-"], &new.to_string()).unwrap_err();
    assert!(again.contains("e-mail address is in use"), "{again}");
    let bad = run(&["provision", "--data", data, "--file", "-"], "{}").unwrap_err();
    assert!(bad.contains("is not a tenant's description"), "{bad}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let cases: [(&[&str], &str); 5] = [
        (&["pair", "--data", data, "--branch", "x"], "create one first"),
        (&["serve", "--data", file.to_str().unwrap()], "choose another with --data"),
        (&["serve", "--data", data, "--pages", "/nowhere"], "build the pages first"),
        (&["provision", "--data", data, "--file", "/nowhere"], "cannot read /nowhere"),
        (
            &[
                "create-tenant",
                "--data",
                data,
                "--name",
                "S",
                "--email",
                "x",
                "--branch",
                "B",
                "--zone",
                "Mars/X",
                "--currency",
                "EUR",
            ],
            "not",
        ),
    ];
    for (args, says) in cases {
        let error = run(args, "").unwrap_err();
        assert!(error.starts_with("salon-server: ") && error.contains(says), "{args:?}: {error}");
    }
    create(folder.path(), "");
    let error = run(&["pair", "--data", data, "--branch", "Nord"], "").unwrap_err();
    assert!(error.contains("there are: Mitte"), "{error}");
    // A listener of somebody else's, and a database that is none.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = run(&["serve", "--data", data, "--listen", &address], "").unwrap_err();
    assert!(error.contains("another program has this port"), "{error}");
    std::fs::write(
        folder.path().join("salon-server.sqlite"),
        "not a database, and long enough to be read as one".repeat(100),
    )
    .unwrap();
    let error = run(&["migrate", "--data", data], "").unwrap_err();
    assert!(error.contains("is damaged") && error.contains("restore the latest backup"), "{error}");
}

#[test]
fn the_openapi_document_is_printed() {
    let document = run(&["openapi"], "").unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["Dashboard", "Tokens", "Me", "Problem", "Service", "Product", "Staff"] {
        assert!(schemas.contains_key(schema), "{schema}");
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for found in text.split("#/components/schemas/").skip(1) {
        let name = found.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
    let revenue = &schemas["Dashboard"]["properties"]["revenue_minor"]["properties"]["now"]["type"];
    assert_eq!(revenue, "integer");
}

#[test]
fn packages_are_offered_from_a_file_and_one_without_units_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    create(folder.path(), "a long password\n");
    let offer = |units: u32| {
        json!([{"id": "01900000-0000-7000-8000-000000000001", "name": "Five cuts",
            "entries": [{"what": {"category": "Hair"}, "units": units, "list_price_minor": 5_200}],
            "price_minor": 24_000, "valid_days": 365, "tax_class": "standard", "active": true}])
        .to_string()
    };
    let args = ["offer-packages", "--data", data, "--file", "-"];
    assert_eq!(run(&args, &offer(5)).unwrap(), json!({"offered": 1}));
    let refused = run(&args, &offer(0)).unwrap_err();
    assert!(refused.contains("Five cuts") && refused.contains("there is nothing in it"), "{refused}");
}

/// Who a salon's messages are from is said by a command; what they are sent by is in the environment, and looked at before
/// anything is served.
#[test]
fn senders_and_what_messages_are_sent_by() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    create(dir.path(), "a good password\n");
    let sender = |more: &[&str]| run(&[["message-sender", "--data", data].as_slice(), more].concat(), "");
    let said =
        sender(&["--name", "Salon Mitte", "--reply-to", " Desk@Example.com ", "--phone", "+49 30 1234567"]).unwrap();
    assert_eq!((said["name"].as_str(), said["email"].as_str()), (Some("Salon Mitte"), Some("")));
    assert_eq!((said["reply_to"].as_str(), said["phone"].as_str()), (Some("Desk@example.com"), Some("+49301234567")));
    for wrong in [["--email", "nobody"], ["--phone", "0301234567"], ["--name", "two\nlines"]] {
        assert!(sender(&wrong).is_err(), "{wrong:?}");
    }

    let serve = |set: &[(&str, &str)]| {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--data", data, "--listen", "127.0.0.1:0"]).envs(set.iter().copied());
        let output = command.output().unwrap();
        assert!(!output.status.success(), "{set:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let host = ("SALON_SMTP_HOST", "smtp.example.com");
    assert!(serve(&[host]).contains("SALON_MAIL_FROM"));
    let plain = serve(&[host, ("SALON_MAIL_FROM", "salon@example.com"), ("SALON_SMTP_TLS", "none")]);
    assert!(plain.contains("this computer only"), "{plain}");
    assert!(serve(&[("SALON_TEXT_URL", "http://gateway.example.com/")]).contains("https://"));
}

#[test]
fn memberships_are_offered_from_a_file_and_one_without_benefits_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    create(folder.path(), "a long password\n");
    let offer = |benefits: Value| {
        json!([{"id": "01900000-0000-7000-8000-000000000002", "name": "Blow-dry club", "price_minor": 4_900,
            "currency": "EUR", "period": {"months": 1}, "grace_days": 5, "benefits": benefits,
            "tax_class": "standard", "active": true}])
        .to_string()
    };
    let args = ["offer-memberships", "--data", data, "--file", "-"];
    let two = json!([{"kind": "included", "what": {"category": "Hair"}, "units": 2}]);
    assert_eq!(run(&args, &offer(two)).unwrap(), json!({"offered": 1}));
    let refused = run(&args, &offer(json!([]))).unwrap_err();
    assert!(refused.contains("Blow-dry club") && refused.contains("there is nothing in it"), "{refused}");
}
