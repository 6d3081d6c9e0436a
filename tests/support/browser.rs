//! A real browser, driven as a person would: things are found by their role and their name, never by class.
//!
//! Speaks WebDriver to a chromedriver of its own. Nothing here sleeps and hopes: whatever may take a while is waited for,
//! with a deadline, and says what was on the page when it did not come.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::skip::skipped;

const DEADLINE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(25);
/// How WebDriver calls a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Width and height of the page, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub enum Size {
    Desk,
    Phone,
}

impl Size {
    fn pixels(self) -> (u32, u32) {
        match self {
            Self::Desk => (1280, 900),
            Self::Phone => (360, 740),
        }
    }
}

pub struct Browser {
    driver: Driver,
    session: String,
    _profile: TempDir,
}

struct Driver {
    process: Child,
    address: String,
    agent: ureq::Agent,
}

/// Something on the page.
pub struct Element<'b> {
    browser: &'b Browser,
    id: String,
    told: String,
}

/// What WebDriver calls an error: its name and its message.
#[derive(Debug)]
struct Trouble {
    error: String,
    message: String,
}

impl Trouble {
    /// The page is changing under us, or has not got there yet: worth another look.
    fn passes(&self) -> bool {
        [
            "stale element reference",
            "no such element",
            "detached shadow root",
            "element not interactable",
            "element click intercepted",
        ]
        .contains(&self.error.as_str())
            // How the driver puts it when the page went away while it was looking.
            || self.message.contains("does not belong to the document")
            || self.message.contains("Frame is detached")
    }
}

impl Browser {
    /// None, said out loud, where there is no browser; in CI that fails.
    pub fn start(what: &str, size: Size, language: &str) -> Option<Self> {
        Self::logging(what, size, language, &json!({ "browser": "ALL" }))
    }

    /// A browser that keeps account of everything that it asks of anybody.
    pub fn watched(what: &str, size: Size, language: &str) -> Option<Self> {
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        Self::logging(what, size, language, &logs)
    }

    fn logging(what: &str, size: Size, language: &str, logs: &Value) -> Option<Self> {
        let Some(program) =
            std::env::var_os("SCHAKEL_TEST_CHROMEDRIVER").filter(|program| !program.is_empty())
        else {
            skipped(what, "SCHAKEL_TEST_CHROMEDRIVER names no chromedriver");
            return None;
        };
        let driver = Driver::start(program.into());
        let profile = TempDir::with_prefix("schakel-browser-").expect("a temporary folder");
        let (width, height) = size.pixels();
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            // A host that is not this machine, as far as the browser can tell.
            "--host-resolver-rules=MAP schakel.test 127.0.0.1".to_owned(),
            "--force-device-scale-factor=1".to_owned(),
            format!("--lang={language}"),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "intl": { "accept_languages": language, "selected_languages": language } },
            },
            "goog:loggingPrefs": logs,
            "timeouts": { "implicit": 0, "pageLoad": 60_000, "script": 120_000 },
        }}});
        let session = driver
            .post("/session", &wanted)
            .unwrap_or_else(|trouble| panic!("no browser: {trouble:?}"));
        let session = session["sessionId"]
            .as_str()
            .expect("a session has an id")
            .to_owned();
        let browser = Self {
            driver,
            session,
            _profile: profile,
        };
        // A window cannot be as narrow as a phone; a page can.
        browser.resize(width, height);
        Some(browser)
    }

    pub fn visit(&self, address: &str) {
        self.told(self.post("/url", &json!({ "url": address })), address);
    }

    pub fn address(&self) -> String {
        self.text_at("/url")
    }

    pub fn title(&self) -> String {
        self.text_at("/title")
    }

    pub fn back(&self) {
        self.told(self.post("/back", &json!({})), "going back");
    }

    /// The one thing with this role and name, once it is there.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Element<'_> {
        let told = format!("{role} \"{name}\"");
        let found = wait_for(|| {
            let mut same: Vec<Element<'_>> = self
                .all(role)?
                .into_iter()
                .filter(|(own, _)| own == name)
                .map(|(_, e)| e)
                .collect();
            Ok((same.len() == 1).then(|| same.remove(0)))
        });
        found.unwrap_or_else(|| {
            panic!(
                "no single {told} on {}; there is\n{}",
                self.address(),
                self.outline(role)
            )
        })
    }

    /// Turns scripts off for every page from now on.
    pub fn without_scripts(self) -> Self {
        self.protocol(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": true }),
        );
        self
    }

    /// The text of the first thing with this role in which this is said, once it is there.
    #[track_caller]
    pub fn said(&self, role: &str, part: &str) -> String {
        let found = wait_for(|| {
            for (_, element) in self.all(role)? {
                let text = self.get(&format!("/element/{}/text", element.id))?;
                let text = text.as_str().unwrap_or_default().to_owned();
                if text.contains(part) {
                    return Ok(Some(text));
                }
            }
            Ok(None)
        });
        found.unwrap_or_else(|| {
            let page = self.script("return document.body.innerText");
            let page = page.as_str().unwrap_or_default();
            panic!("no {role} says \"{part}\" on {}:\n{page}", self.address())
        })
    }

    /// Fills in a field by its id, as `value` is written in a form: what is typed into a date differs per language.
    #[track_caller]
    pub fn fill(&self, id: &str, value: &str) {
        let filled = self.script(&format!(
            "const field = document.getElementById({id:?});
            if (!field) return false;
            if (field.type === 'checkbox') field.checked = {value:?} === '1'; else field.value = {value:?};
            for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }}));
            return field.type === 'checkbox' || field.value === {value:?}"
        ));
        assert_eq!(
            filled,
            json!(true),
            "{id} cannot be {value} on {}",
            self.address()
        );
    }

    /// Chooses a file of this machine in the one field for files.
    #[track_caller]
    pub fn choose_file(&self, file: &std::path::Path) {
        let wanted = json!({ "using": "css selector", "value": "input[type=file]" });
        let field = self.told(self.post("/element", &wanted), "a field for files");
        let id = field[ELEMENT].as_str().expect("an element");
        let path = json!({ "text": file.display().to_string() });
        self.told(self.post(&format!("/element/{id}/value"), &path), "a file");
    }

    /// Names of everything with this role that is on the page now, in order.
    pub fn names(&self, role: &str) -> Vec<String> {
        let found = wait_for(|| {
            self.all(role)
                .map(|all| Some(all.into_iter().map(|(name, _)| name).collect()))
        });
        found.expect("a page can be read")
    }

    /// Waits until nothing with this role and name is on the page any more.
    #[track_caller]
    pub fn gone(&self, role: &str, name: &str) {
        let gone = wait_for(|| {
            Ok(self
                .all(role)?
                .iter()
                .all(|(own, _)| own != name)
                .then_some(()))
        });
        assert!(
            gone.is_some(),
            "{role} \"{name}\" is still on {}",
            self.address()
        );
    }

    /// Role and name of what has the focus.
    pub fn focused(&self) -> (String, String) {
        let active = self.told(self.get("/element/active"), "what has the focus");
        let id = active[ELEMENT].as_str().expect("an element");
        (
            self.text_at(&format!("/element/{id}/computedrole")),
            self.text_at(&format!("/element/{id}/computedlabel")),
        )
    }

    /// Presses one key, wherever the focus is: `"\t"`, `" "`, `"a"` or one of [`keys`].
    pub fn press(&self, key: &str) {
        let strokes = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [
            { "type": "keyDown", "value": key }, { "type": "keyUp", "value": key },
        ]}]});
        self.told(self.post("/actions", &strokes), "a key");
    }

    pub fn script(&self, body: &str) -> Value {
        self.told(
            self.post("/execute/sync", &json!({ "script": body, "args": [] })),
            body,
        )
    }

    /// What is in sight, for somebody who looks: `SCHAKEL_SCREENSHOTS=1` has it drawn. Hundreds of whole pages take minutes,
    /// and no test reads them.
    pub fn screenshot(&self, name: &str) {
        if std::env::var_os("SCHAKEL_SCREENSHOTS").is_some_and(|asked| !asked.is_empty()) {
            self.picture(name);
        }
    }

    /// The whole page as a picture, in `target/screenshots`.
    pub fn picture(&self, name: &str) -> PathBuf {
        // A browser draws so much at one time: of a longer page the beginning.
        let size = self.script(
            "const all = document.documentElement;
            return [all.clientWidth, Math.min(all.scrollHeight, 16000)]",
        );
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let shot = self.protocol(
            "Page.captureScreenshot",
            json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        );
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).expect("the folder of screenshots");
        let file = folder.join(format!("{name}.png"));
        let picture = base64(shot["data"].as_str().expect("a picture as text"));
        assert!(picture.starts_with(b"\x89PNG"), "a screenshot is a PNG");
        std::fs::write(&file, picture).expect("the screenshot is written");
        file
    }

    /// What axe-core finds wrong on the page as it stands, by the rules of WCAG 2.2 AA and its best practices: one line a
    /// rule and element. `SCHAKEL_TEST_AXE` names the script; `tests/run` installs it.
    pub fn barriers(&self) -> Vec<String> {
        let Some(file) = std::env::var_os("SCHAKEL_TEST_AXE").filter(|file| !file.is_empty())
        else {
            skipped("axe-core on a page", "SCHAKEL_TEST_AXE names no script");
            return Vec::new();
        };
        let axe = std::fs::read_to_string(file).expect("axe-core can be read");
        let found = self.script(&format!(
            "{axe};
            return axe.run(document, {{ resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',
                'wcag22aa', 'best-practice'] }}).then((found) => found.violations.flatMap((rule) =>
                rule.nodes.map((node) => rule.id + ': ' + node.target.join(' ') + ': ' + node.failureSummary)))"
        ));
        let list = found.as_array().expect("axe tells a list");
        list.iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Another size of the page, in CSS pixels: 320 wide is a desktop screen of 1280 at 400 % zoom.
    pub fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.protocol("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Where what is downloaded is put.
    pub fn downloads_to(&self, folder: &std::path::Path) {
        self.protocol(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": folder.display().to_string() }),
        );
    }

    /// Cuts the line to every host, or mends it.
    pub fn offline(&self, cut: bool) {
        self.protocol("Network.enable", json!({}));
        let throughput = if cut { 0 } else { -1 };
        let conditions = json!({ "offline": cut, "latency": 0, "downloadThroughput": throughput, "uploadThroughput": throughput });
        self.protocol("Network.emulateNetworkConditions", conditions);
    }

    /// Runs this before any script of every page from now on, and lets scripts run that the page's own policy forbids.
    pub fn watch(&self, script: &str) {
        self.protocol("Page.setBypassCSP", json!({ "enabled": true }));
        let source = json!({ "source": script });
        self.protocol("Page.addScriptToEvaluateOnNewDocument", source);
    }

    /// Of which hosts something was asked since this was asked last, and how often: of a watched browser.
    pub fn hosts(&self) -> BTreeMap<String, usize> {
        let log = self.told(
            self.post("/se/log", &json!({ "type": "performance" })),
            "what was asked",
        );
        let mut hosts = BTreeMap::new();
        for line in log.as_array().expect("a list") {
            let told = line["message"].as_str().unwrap_or_default();
            let told: Value = serde_json::from_str(told).unwrap_or_default();
            if told["message"]["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let address = told["message"]["params"]["request"]["url"].as_str();
            let host = address.and_then(|address| address.split_once("://"));
            if let Some((_, rest)) = host {
                let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
                *hosts.entry(host.to_owned()).or_default() += 1;
            }
        }
        hosts
    }

    /// Waits until another page than this is there.
    #[track_caller]
    pub fn left(&self, address: &str) {
        let gone = wait_for(|| Ok((self.address() != address).then_some(())));
        assert!(gone.is_some(), "the page is still {address}");
    }

    /// A device that holds passkeys and recognises its holder at once.
    pub fn with_authenticator(&self) {
        let device = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true });
        self.told(self.post("/webauthn/authenticator", &device), "a device");
    }

    /// What the browser complained about since it was asked last: scripts that failed, things that were refused.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.told(
            self.post("/se/log", &json!({ "type": "browser" })),
            "the log",
        );
        let lines = log.as_array().expect("a list").iter();
        lines
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Whether the page is wider than the screen.
    pub fn overflows(&self) -> bool {
        self.script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth",
        ) == json!(true)
    }

    fn protocol(&self, command: &str, parameters: Value) -> Value {
        self.told(
            self.post(
                "/goog/cdp/execute",
                &json!({ "cmd": command, "params": parameters }),
            ),
            command,
        )
    }

    fn all(&self, role: &str) -> Result<Vec<(String, Element<'_>)>, Trouble> {
        self.all_in("/elements", role)
    }

    fn all_in(&self, place: &str, role: &str) -> Result<Vec<(String, Element<'_>)>, Trouble> {
        let found = self.post(
            place,
            &json!({ "using": "css selector", "value": candidates(role) }),
        )?;
        let mut all = Vec::new();
        for element in found.as_array().expect("a list") {
            let id = element[ELEMENT].as_str().expect("an element").to_owned();
            let own = self.get(&format!("/element/{id}/computedrole"))?;
            if own == role {
                let name = self
                    .get(&format!("/element/{id}/computedlabel"))?
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                all.push((
                    name.clone(),
                    Element {
                        browser: self,
                        id,
                        told: format!("{role} \"{name}\""),
                    },
                ));
            }
        }
        Ok(all)
    }

    fn outline(&self, role: &str) -> String {
        let mut lines = Vec::new();
        for role in ["heading", "alert", role] {
            for (name, _) in self.all(role).unwrap_or_default() {
                lines.push(format!("    {role} \"{name}\""));
            }
        }
        lines.join("\n")
    }

    fn text_at(&self, path: &str) -> String {
        self.told(self.get(path), path)
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn get(&self, path: &str) -> Result<Value, Trouble> {
        self.driver.get(&format!("/session/{}{path}", self.session))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.driver
            .post(&format!("/session/{}{path}", self.session), body)
    }

    #[track_caller]
    fn told(&self, answer: Result<Value, Trouble>, what: &str) -> Value {
        answer.unwrap_or_else(|trouble| panic!("{what}: {} ({})", trouble.message, trouble.error))
    }
}

impl<'b> Element<'b> {
    /// The one thing with this role and name inside this one.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Element<'b> {
        let found = wait_for(|| {
            let inside = self
                .browser
                .all_in(&format!("/element/{}/elements", self.id), role)?;
            let mut same: Vec<Element<'b>> = inside
                .into_iter()
                .filter(|(own, _)| own == name)
                .map(|(_, e)| e)
                .collect();
            Ok((same.len() == 1).then(|| same.remove(0)))
        });
        found.unwrap_or_else(|| panic!("no single {role} \"{name}\" in {}", self.told))
    }

    #[track_caller]
    pub fn click(&self) {
        self.act("click", json!({}));
    }

    /// Types behind what is there already.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.act("value", json!({ "text": text }));
    }

    #[track_caller]
    pub fn clear(&self) {
        self.act("clear", json!({}));
    }

    /// The text as it is seen.
    pub fn text(&self) -> String {
        self.browser.text_at(&format!("/element/{}/text", self.id))
    }

    /// What stands in a field now.
    pub fn value(&self) -> String {
        self.browser
            .text_at(&format!("/element/{}/property/value", self.id))
    }

    pub fn is_ticked(&self) -> bool {
        self.browser.told(
            self.browser.get(&format!("/element/{}/selected", self.id)),
            &self.told,
        ) == json!(true)
    }

    #[track_caller]
    fn act(&self, verb: &str, body: Value) {
        let mut last = String::new();
        let done = wait_for(|| {
            let answer = self
                .browser
                .post(&format!("/element/{}/{verb}", self.id), &body);
            if let Err(trouble) = &answer {
                last.clone_from(&trouble.message);
            }
            answer.map(Some)
        });
        assert!(done.is_some(), "{}: {verb}: {last}", self.told);
    }
}

/// Asks again until there is something or the deadline has passed; trouble that does not pass ends it at once.
fn wait_for<T>(mut ask: impl FnMut() -> Result<Option<T>, Trouble>) -> Option<T> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match ask() {
            Ok(Some(found)) => return Some(found),
            Ok(None) => {}
            Err(trouble) if trouble.passes() => {}
            Err(trouble) => panic!("{}: {}", trouble.error, trouble.message),
        }
        if Instant::now() > deadline {
            return None;
        }
        std::thread::park_timeout(POLL);
    }
}

/// What can have a role, before the browser is asked whether it has.
fn candidates(role: &str) -> String {
    let plain = match role {
        "alert" | "status" => "output",
        "button" => "button, input[type=submit], input[type=button], summary",
        "checkbox" => "input[type=checkbox]",
        "columnheader" | "rowheader" => "th",
        "cell" => "td",
        "combobox" => "select",
        "figure" => "figure",
        "group" => "fieldset, details",
        "heading" => "h1, h2, h3, h4, h5, h6",
        "image" | "img" => "img, svg",
        "link" => "a[href]",
        "list" => "ul, ol",
        "listitem" => "li",
        "main" => "main",
        "navigation" => "nav",
        "paragraph" => "p",
        "radio" => "input[type=radio]",
        "region" => "section",
        "row" => "tr",
        "spinbutton" => "input[type=number]",
        "table" => "table",
        "textbox" => {
            "input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], textarea"
        }
        _ => "",
    };
    if plain.is_empty() {
        format!("[role={role}]")
    } else {
        format!("{plain}, [role={role}]")
    }
}

impl Driver {
    fn start(program: PathBuf) -> Self {
        // Port 0: it takes a free one and says which.
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let said = BufReader::new(process.stdout.take().expect("a pipe"));
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.unwrap_or_else(|| panic!("{} does not start", program.display()));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            agent,
        }
    }

    fn get(&self, path: &str) -> Result<Value, Trouble> {
        read(self.agent.get(format!("{}{path}", self.address)).call())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        let request = self
            .agent
            .post(format!("{}{path}", self.address))
            .content_type("application/json");
        read(request.send(body.to_string()))
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, Trouble> {
    let mut answer = answer.unwrap_or_else(|error| panic!("chromedriver does not answer: {error}"));
    let fine = answer.status().is_success();
    let text = answer
        .body_mut()
        .with_config()
        .limit(200 << 20)
        .read_to_string()
        .expect("chromedriver answers in text");
    let mut value: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
    let value = value["value"].take();
    if fine {
        return Ok(value);
    }
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Err(Trouble {
        error: text("error"),
        message: text("message"),
    })
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self
            .driver
            .agent
            .delete(format!("{}/session/{}", self.driver.address, self.session))
            .call();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keys without a letter, as WebDriver writes them.
pub mod keys {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SPACE: &str = " ";
    pub const DOWN: &str = "\u{e015}";
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other} is no digit of base 64"),
    };
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        held = held << 6 | u32::from(digit(byte));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}
