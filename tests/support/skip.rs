//! A test that cannot run says so out loud; in CI it fails.

use std::io::Write;

/// Says what is skipped and why, past the capture of the test harness, and adds a line to the file that `tests/run`
/// counts. Under `CI=true` nothing is skipped: it fails.
pub fn skipped(what: &str, why: &str) {
    let line = format!("SKIPPED: {what}: {why}\n");
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "under CI=true nothing is skipped. {line}"
    );
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("standard error takes a line");
    if let Some(file) = std::env::var_os("SCHAKEL_SKIPS") {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .expect("the file of skips opens");
        file.write_all(line.as_bytes())
            .expect("the file of skips takes a line");
    }
}
