//! What a harness measured, for `docs/PROMISES.md`.

use std::path::Path;

use serde_json::Value;

/// How much is asked of a harness: what every run of the tests has time for, or what a release is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Ci,
    Release,
}

pub fn profile() -> Profile {
    match std::env::var("SCHAKEL_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Ci,
    }
}

impl Profile {
    /// The number that goes with the profile.
    pub fn of<T>(self, ci: T, release: T) -> T {
        match self {
            Self::Ci => ci,
            Self::Release => release,
        }
    }

    fn name(self) -> &'static str {
        self.of("ci", "release")
    }
}

/// Keeps the figures of a harness where the page of promises is made from.
pub fn record(name: &str, figures: &Value) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("promises");
    std::fs::create_dir_all(&folder).expect("a folder for figures");
    let file = folder.join(format!("{name}.{}.json", profile().name()));
    let text = serde_json::to_string_pretty(figures).expect("figures can be written");
    std::fs::write(&file, text + "\n").expect("figures are written");
    println!("{name}: {figures}");
}

/// So many cycles, times `SCHAKEL_SCALE` where that is given: a tenth of a release, to try it out.
pub fn scaled(cycles: usize) -> usize {
    let scale = std::env::var("SCHAKEL_SCALE").ok();
    let scale: f64 = scale.and_then(|scale| scale.parse().ok()).unwrap_or(1.0);
    ((cycles as f64 * scale).round() as usize).max(1)
}
