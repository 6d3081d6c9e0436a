//! `schakel study erase`: forgets a person at their request.

use anyhow::Context;
use clap::{Args, ValueEnum};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::settings::{DatabaseArguments, entropy};
use crate::conclude;
use crate::domain::id::PersonId;
use crate::domain::study::Objection;
use crate::fieldwork::study::Study;
use crate::forget::{self, Request};
use crate::storage::audit::Act;
use crate::storage::{Store, rosters};

#[derive(Debug, Args)]
pub struct Arguments {
    pub study: String,
    /// The person as in the staff list.
    pub person: String,
    /// What becomes of the ties in which colleagues name the person, as the person chooses: `a` a colleague without a name
    /// stays, `b` the same without role and groups, `c` left out of every list and every answer.
    #[arg(long)]
    pub policy: Policy,
    #[command(flatten)]
    pub database: DatabaseArguments,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Policy {
    #[value(alias = "A")]
    A,
    #[value(alias = "B")]
    B,
    #[value(alias = "C")]
    C,
}

impl Policy {
    fn objection(self) -> Objection {
        match self {
            Self::A => Objection::A,
            Self::B => Objection::B,
            Self::C => Objection::C,
        }
    }
}

/// The person with this key in the staff list.
pub async fn person(store: &Store, study: &Study, key: &str) -> anyhow::Result<PersonId> {
    let mut tx = store.read().await?;
    rosters::person_by_key(&mut tx, study.study_id, key)
        .await?
        .with_context(|| format!("there is no person `{key}` in this study"))
}

pub async fn run(
    arguments: &Arguments,
    store: &Store,
    study: Study,
    act: Act,
) -> anyhow::Result<()> {
    let person_id = person(store, &study, &arguments.person).await?;
    let mut rng = ChaCha12Rng::from_seed(entropy()?);
    let ledger = arguments.database.ledger();
    let request = Request {
        person_id,
        policy: arguments.policy.objection(),
    };
    let at = act.at;
    let erased = forget::forget(store, Some(&ledger), &study, request, act, &mut rng).await?;
    println!(
        "Forgotten: {} memberships, {} invitations with their answers, the name in {} answers and {} texts of others",
        erased.memberships, erased.invitations, erased.written_by_others, erased.free_texts
    );
    println!("Written down in {}", ledger.file().display());
    if !store.is_embedded() {
        println!(
            "PostgreSQL keeps the bytes until their room is used again and its log is recycled: run VACUUM FULL if that is too long"
        );
    }
    println!(
        "Not touched: accounts and links of the person, files that were downloaded, and texts that describe them without their name"
    );
    if erased.concluded {
        let key = conclude::conclude(store, &study, at).await?;
        println!("Concluded anew; snapshot {}", key.snapshot_hash);
    }
    Ok(())
}
