//! The program itself, started as an administrator starts it, and spoken to over HTTP.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with the key, and the database that goes with it.
pub struct Installation {
    pub folder: TempDir,
    pub database: String,
}

impl Installation {
    pub fn new(database: &str) -> Self {
        let folder = TempDir::with_prefix("schakel-server-").expect("a temporary folder");
        let place = Self {
            folder,
            database: database.to_owned(),
        };
        place.file("contacts.key", &"2a".repeat(32));
        place
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).expect("the file is written");
        file
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
        command
            .args(arguments)
            .env("SCHAKEL_DATABASE", &self.database)
            .env("SCHAKEL_KEY_FILE", self.path("schakel.key"))
            .env("SCHAKEL_CONTACT_KEY_FILE", self.path("contacts.key"))
            .env("SCHAKEL_STAFF_LINKS", "open")
            .env("SCHAKEL_ERASURE_LEDGER", self.path("erasures.log"));
        command
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .output()
            .expect("the program starts")
    }

    /// Runs a command that must succeed, and gives what it said.
    #[track_caller]
    pub fn must(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).expect("the program speaks UTF-8")
    }

    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Serves in this environment, saying nothing of what goes wrong.
    pub fn serve_in(&self, environment: &[(&str, &Path)]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(environment.iter().copied());
        command.env("RUST_LOG", "off");
        Server::start(command, "Schakel listens on ")
    }

    /// Serves with these arguments besides.
    pub fn serve_with(&self, arguments: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        Server::start(command, "Schakel listens on ")
    }
}

pub struct Server {
    process: Child,
    pub base: String,
    /// Everything it said before it was ready.
    pub said: String,
    _out: BufReader<std::process::ChildStdout>,
    /// What it works on, when that ends with it.
    folder: Option<TempDir>,
}

/// The small demo on a database in this folder.
fn demo_in(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    let database = format!("sqlite:{}", folder.join("demo.db").display());
    command.args(["demo", "--small", "--database", &database]);
    command.arg("--key-file").arg(folder.join("links.key"));
    let names = folder.join("names.key");
    command.arg("--contact-key-file").arg(names);
    command
}

/// A small demo that was made by this program and by nobody else, once for all tests: every one begins with a copy.
fn made_demo() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_schakel"));
    let built = program.metadata().and_then(|file| file.modified());
    let built = built
        .expect("the program is a file")
        .duration_since(std::time::UNIX_EPOCH);
    let built = built.expect("after 1970").as_nanos();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lock = std::fs::File::create(all.join("demo.lock")).expect("a lock file");
    lock.lock().expect("one at a time");
    let folder = all.join("demo");
    let of = folder.join("made-by");
    // Its last wave is open for some days from the one on which it was made.
    let age = of.metadata().and_then(|file| file.modified()).ok();
    let is_fresh = age
        .and_then(|at| at.elapsed().ok())
        .is_some_and(|age| age.as_secs() < 86_400);
    let known = std::fs::read_to_string(&of).unwrap_or_default();
    if is_fresh && known == built.to_string() {
        return folder;
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let made = demo_in(&folder)
        .arg("--no-serve")
        .output()
        .expect("the program starts");
    let told = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{told}");
    std::fs::write(&of, built.to_string()).expect("written");
    folder
}

impl Server {
    /// The demo with ten schools; its links stand in `said`.
    pub fn demo() -> Self {
        let folder = TempDir::with_prefix("schakel-demo-").expect("a temporary folder");
        let made = made_demo();
        for file in ["demo.db", "links.key", "names.key"] {
            std::fs::copy(made.join(file), folder.path().join(file)).expect("a copy");
        }
        let mut command = demo_in(folder.path());
        command.args(["--listen", "127.0.0.1:0"]);
        let mut server = Self::start(command, "Open a link in a browser");
        server.folder = Some(folder);
        let link = server
            .said
            .lines()
            .find_map(|line| line.trim().strip_prefix("http://"));
        let host = link
            .and_then(|link| link.split('/').next())
            .expect("the demo prints its links");
        server.base = format!("http://{host}");
        server
    }

    fn start(mut command: Command, ready: &str) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut said = String::new();
        loop {
            let mut line = String::new();
            let read = out.read_line(&mut line).expect("the program speaks UTF-8");
            assert!(read > 0, "the server ended before it was ready:\n{said}");
            said.push_str(&line);
            if line.starts_with(ready) {
                break;
            }
        }
        let base = said
            .lines()
            .last()
            .and_then(|line| line.strip_prefix(ready))
            .unwrap_or_default()
            .to_owned();
        Self {
            process,
            base,
            said,
            _out: out,
            folder: None,
        }
    }

    /// The link that the demo printed below the line that contains `who`.
    #[track_caller]
    pub fn link(&self, who: &str) -> String {
        self.after(who).nth(1).expect("a link").trim().to_owned()
    }

    /// The code that the demo printed below the link.
    #[track_caller]
    pub fn code(&self, who: &str) -> String {
        let line = self.after(who).nth(2).expect("a code").trim().to_owned();
        line.split_whitespace().nth(2).expect("a code").to_owned()
    }

    fn after<'s>(&'s self, who: &'s str) -> impl Iterator<Item = &'s str> {
        self.said
            .lines()
            .skip_while(move |line| !line.contains(who))
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        let host = self.base.strip_prefix("http://").expect("an address");
        host.parse().expect("an address")
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// As a power cut ends it: no signal that it could answer.
    pub fn kill_9(mut self) {
        self.process.kill().expect("the server is running");
        self.process.wait().expect("the server has ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Someone with a browser without scripts: keeps cookies, follows nothing by itself.
pub struct Visitor {
    agent: ureq::Agent,
    pub base: String,
}

pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub html: String,
}

impl Visitor {
    pub fn new(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Self {
            agent,
            base: base.to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Page {
        read(self.agent.get(format!("{}{path}", self.base)).call())
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        read(
            self.agent
                .post(format!("{}{path}", self.base))
                .send_form(fields.iter().copied()),
        )
    }

    /// A form with files: name, file name (nothing for a plain field) and content.
    pub fn send(&self, path: &str, parts: &[(&str, &str, &str)]) -> Page {
        let mut body = String::new();
        for (name, file, content) in parts {
            body += &format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"");
            if !file.is_empty() {
                body += &format!("; filename=\"{file}\"\r\nContent-Type: text/plain");
            }
            body += &format!("\r\n\r\n{content}\r\n");
        }
        body += "--part--\r\n";
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", "multipart/form-data; boundary=part");
        read(request.send(body.as_bytes()))
    }

    /// A form that the script of a page saves while it is being filled in.
    pub fn save(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("accept", "application/json");
        read(request.send_form(fields.iter().copied()))
    }

    /// The value of a cookie that this visitor holds.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let jar = self.agent.cookie_jar_lock();
        let found = jar.iter().find(|cookie| cookie.name() == name);
        found.map(|cookie| cookie.value().to_owned())
    }

    /// A page as someone gets it who has this cookie and no other.
    pub fn get_with(&self, path: &str, cookie: &str) -> Page {
        let stranger = Self::new(&self.base);
        let request = stranger.agent.get(format!("{}{path}", self.base));
        read(request.header("cookie", cookie).call())
    }

    /// A form that another site sent.
    pub fn post_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("sec-fetch-site", "cross-site");
        read(request.send_form(fields.iter().copied()))
    }

    /// Opens a visit with the secret of a link or a code, and gives where it leads.
    #[track_caller]
    pub fn enter(&self, code: &str) -> String {
        let page = self.post("/r", &[("code", code)]);
        assert_eq!(page.status, 303, "{}", page.html);
        page.location.expect("a visit leads somewhere")
    }

    /// Agrees to take part, and to nothing else.
    #[track_caller]
    pub fn take_part(&self) {
        let choices = [
            ("research", "yes"),
            ("person_picture", "no"),
            ("follow_up", "no"),
        ];
        let kept = self.post("/answer/consent", &choices);
        assert_eq!(kept.status, 303, "{}", kept.html);
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
    let mut answer = answer.expect("the server answers");
    let location = answer
        .headers()
        .get("location")
        .map(|to| to.to_str().expect("a path").to_owned());
    Page {
        status: answer.status().as_u16(),
        location,
        // Pictures are read as well as they can be: all that is asked of them is whether they are the same.
        html: String::from_utf8_lossy(&answer.body_mut().read_to_vec().expect("the answer ends"))
            .into_owned(),
    }
}

impl Page {
    /// The value of a hidden field.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self
            .html
            .find(&mark)
            .unwrap_or_else(|| panic!("no field {name} in {}", self.html))
            + mark.len();
        self.html[from..]
            .split('"')
            .next()
            .expect("a value ends")
            .to_owned()
    }

    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }
}

/// Rows of a CSV file by column.
pub fn rows(file: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).expect("the file is there");
    reader
        .deserialize()
        .map(|row| row.expect("the rows are whole"))
        .collect()
}
