//! A PostgreSQL server of a test's own, which it may stop and start as it likes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::ports::kept_port;
use super::skip::skipped;

pub struct OwnPostgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl OwnPostgres {
    /// None where PostgreSQL is not installed, which is said out loud. `what` names the test.
    pub fn start(what: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            skipped(&format!("{what} on PostgreSQL"), "there is no initdb");
            return None;
        };
        // Under /tmp whatever TMPDIR says: the path of a socket has to be short, and another user has to get in.
        let folder = TempDir::with_prefix_in("schakel-pg-", "/tmp").expect("a folder");
        let own = Self {
            programs,
            folder,
            port: kept_port(),
        };
        if is_root() {
            let place = own.folder.path().to_str().expect("a plain name");
            let owned = Command::new("chown").args(["postgres", place]).status();
            assert!(owned.is_ok_and(|done| done.success()), "chown {place}");
        }
        let data = own.data();
        own.must(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
        );
        own.go_on();
        Some(own)
    }

    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// As a power cut stops it: nothing is finished, and nothing written that was not.
    pub fn stop_at_once(&self) {
        let data = self.data();
        self.must(
            "pg_ctl",
            &["-D", &data, "-m", "immediate", "-s", "-w", "stop"],
        );
    }

    pub fn go_on(&self) {
        let place = self.folder.path().display();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=on -c max_connections=100",
            self.port
        );
        let (data, log) = (self.data(), format!("{place}/server.log"));
        self.must(
            "pg_ctl",
            &[
                "-D", &data, "-l", &log, "-s", "-w", "-t", "60", "-o", &options, "start",
            ],
        );
    }

    fn data(&self) -> String {
        format!("{}/data", self.folder.path().display())
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        // It refuses to run as root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // Into a file, not a pipe: the server keeps what it was started with open, and a pipe would never end.
        let log = self
            .folder
            .path()
            .join(format!("{}.out", std::process::id()));
        let file = std::fs::File::create(&log).expect("a log");
        let copy = file.try_clone().expect("a second handle");
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdin(std::process::Stdio::null())
            .stdout(file)
            .stderr(copy)
            .status()
            .expect("the program starts");
        Output {
            status,
            stdout: std::fs::read(&log).unwrap_or_default(),
            stderr: Vec::new(),
        }
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        let output = self.run(program, arguments);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{program} {arguments:?}: {told}");
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let data = self.data();
        if Path::new(&data).join("postmaster.pid").exists() {
            self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-s", "stop"]);
        }
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| {
            found
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    installed.sort();
    installed.reverse();
    folders.extend(installed);
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}
