//! Registering pupils' scores from the command line: the file by its mapping, and what it changed.

use std::path::Path;

use anyhow::Context;
use futures_util::FutureExt;

use super::study::{act, rng};
use crate::exchange::achievement_check::Known;
use crate::exchange::lvs_mapping::Mapping;
use crate::exchange::{achievement_csv, achievement_xml};
use crate::fieldwork::register::{self, Registered};
use crate::fieldwork::study::Study;
use crate::storage::score_uploads::Delivery;
use crate::storage::{StorageError, Store, schools};

/// A shipped mapping by its key, or one from a file.
fn mapping_of(mapping: &str) -> anyhow::Result<Mapping> {
    if let Some(shipped) = Mapping::find(mapping) {
        return Ok(shipped.clone());
    }
    let text = std::fs::read_to_string(mapping).with_context(|| {
        let known: Vec<&str> = Mapping::shipped().iter().map(|m| m.key.as_str()).collect();
        format!(
            "cannot read the mapping {mapping}; those of the program: {}",
            known.join(", ")
        )
    })?;
    Ok(Mapping::parse(mapping, &text)?)
}

pub async fn run(
    store: &Store,
    study: Study,
    file: &Path,
    mapping: &str,
    dry_run: bool,
) -> anyhow::Result<()> {
    let mapping = mapping_of(mapping)?;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut tx = store.read().await?;
    let all = schools::of_study(&mut tx, study.study_id).await?;
    drop(tx);
    let keys: Vec<String> = all.into_iter().map(|school| school.key).collect();
    let (act, mut rng) = (act(), rng()?);
    let known = Known {
        mapping: &mapping,
        schools: &keys,
        today: act.at.date_naive(),
    };
    let name = file.display().to_string();
    let lines = if achievement_xml::is_xml(&bytes) {
        achievement_xml::read(&name, &bytes, &known)?
    } else {
        achievement_csv::read(&name, &bytes, &known)?
    };
    let delivery = Delivery {
        lines,
        norms: mapping.norms(),
    };
    if dry_run {
        let mut tx = store.read().await?;
        let mut sum = Registered::default();
        for (school, counts) in register::compare(&mut tx, study.study_id, &delivery.lines).await? {
            println!("{school}: {}", told(&counts));
            sum.add(counts);
        }
        println!("{}\nNothing was registered.", told(&sum));
        return Ok(());
    }
    let registered = store
        .write::<_, StorageError, _>(move |tx| {
            async move { register::register_delivery(tx, &act, &mut rng, &study, &delivery).await }
                .boxed()
        })
        .await?;
    println!("{}", told(&registered));
    Ok(())
}

fn told(counts: &Registered) -> String {
    let Registered {
        pupils,
        known_elsewhere,
        scores,
        new,
        changed,
        same,
        weights,
    } = counts;
    format!(
        "{pupils} new pupils, {scores} scores: {new} new, {changed} changed, {same} the same; \
         {weights} weights corrected, {known_elsewhere} new pupils with a number of another school"
    )
}
