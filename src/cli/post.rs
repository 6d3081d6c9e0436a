//! The mail of a study from the command line: queue, remind, send, tell, and one link anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use futures_util::FutureExt;

use super::settings::{DatabaseArguments, MailArguments, node};
use super::study::{act, rng, study_by_key, window};
use crate::deliver::Sender;
use crate::domain::time::{Clock as _, SystemClock};
use crate::fieldwork::invite::{self, Way};
use crate::fieldwork::post;
use crate::fieldwork::remind::{self, Patience, Whom};
use crate::storage::outbox::{self, State};
use crate::storage::{StorageError, Store, invitations, rosters, schools};

/// `window`: the cohort and the wave.
pub async fn invite_by_mail(
    database: &DatabaseArguments,
    study: &str,
    (cohort, wave): (&str, &str),
    dry_run: bool,
) -> anyhow::Result<()> {
    let (store, key) = database.open().await?;
    let study = study_by_key(&store, study).await?;
    let window = window(&store, &study, cohort, wave).await?;
    let mut tx = store.read().await?;
    let mut own = schools::units_of_study(&mut tx, study.study_id).await?;
    own.retain(|school| school.cohort == cohort && study.design.asks_at(&school.key, wave));
    if dry_run {
        let mails = outbox::of_study(&mut tx, study.study_id)
            .await?
            .into_iter()
            .filter(|mail| mail.kind == "invitation")
            .map(|mail| (mail.invitation_id, mail.state))
            .collect();
        let mut counts: BTreeMap<Way, usize> = BTreeMap::new();
        for school in &own {
            for one in invite::plan(
                &mut tx,
                &study,
                school.school_id,
                &window,
                &mails,
                SystemClock.now(),
            )
            .await?
            {
                *counts.entry(one.way).or_default() += 1;
            }
        }
        let count = |way: Way| counts.get(&way).copied().unwrap_or_default();
        println!(
            "would queue {}; letters for {} without an address and {} whose mail did not arrive; {} have had mail; \
             {} object to being listed and {} refused research",
            count(Way::Mail),
            count(Way::Letter),
            count(Way::Bounced),
            count(Way::Mailed),
            count(Way::Objects),
            count(Way::Refused)
        );
        return Ok(());
    }
    drop(tx);
    let (mut queued, mut letters) = (0, 0);
    for school in own {
        let (act, mut rng, key, study, window) =
            (act(), rng()?, key.clone(), study.clone(), window.clone());
        let (invited, new) = store
            .write(move |tx| {
                async move {
                    invite::invite_by_mail(
                        tx,
                        &act,
                        &mut rng,
                        &key,
                        &study,
                        school.school_id,
                        &window,
                    )
                    .await
                }
                .boxed()
            })
            .await?;
        queued += new;
        letters += invited.iter().filter(|one| one.email.is_none()).count();
    }
    println!("{queued} invitations queued; {letters} people have no address and need a letter");
    Ok(())
}

pub async fn remind(
    database: &DatabaseArguments,
    study: &str,
    (cohort, wave): (&str, &str),
    patience: Patience,
    dry_run: bool,
) -> anyhow::Result<()> {
    let (store, _) = database.open().await?;
    let study = study_by_key(&store, study).await?;
    let window = window(&store, &study, cohort, wave).await?;
    if dry_run {
        let mut tx = store.read().await?;
        let now = SystemClock.now();
        let planned = remind::plan_window(&mut tx, &study, &window, patience, now).await?;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &planned {
            match one.decision {
                Ok((why, kind)) => {
                    println!("{}\t{}\t{}", one.status.name, kind.key(), why.key());
                }
                Err(why) => *counts.entry(why.key()).or_default() += 1,
            }
        }
        let n = planned.iter().filter(|one| one.decision.is_ok()).count();
        println!("would remind {n} of {}", planned.len());
        for (why, n) in counts {
            println!("  {n} not: {why}");
        }
        return Ok(());
    }
    let (act, mut rng) = (act(), rng()?);
    let queued = store
        .write(move |tx| {
            async move {
                let whom = Whom::default();
                remind::queue(tx, &act, &mut rng, &study, &window, patience, whom).await
            }
            .boxed()
        })
        .await?;
    println!("{queued} reminders queued");
    Ok(())
}

pub async fn send(
    database: &DatabaseArguments,
    study: &str,
    base: &str,
    mail: &MailArguments,
) -> anyhow::Result<()> {
    let Some(transport) = mail.transport()? else {
        bail!("say how mail goes out: --smtp URL or --mail-folder FOLDER");
    };
    let (store, key) = database.open().await?;
    let study = Arc::new(study_by_key(&store, study).await?);
    let sender = Sender {
        store,
        key,
        base: base.trim_end_matches('/').to_owned(),
        transport,
        clock: Arc::new(SystemClock),
        node: node()?,
        alone: false,
    };
    let interrupted = sender.recover(true).await?;
    let round = sender.round(&study, || true).await?;
    println!(
        "{} sent, {} did not arrive, {} to be tried again, {} given up, {} unknown",
        round.sent,
        round.bounced,
        round.later,
        round.failed,
        round.unknown + usize::try_from(interrupted).unwrap_or_default()
    );
    Ok(())
}

/// People are about to be shown by name or address: that leaves a line, as it does on a page.
pub async fn look(store: &Store, study: &str, at: &'static str) -> anyhow::Result<()> {
    let (act, noun) = (act(), study.to_owned());
    store
        .write::<_, StorageError, _>(move |tx| {
            async move { post::look(tx, &act, "look", &noun, at).await }.boxed()
        })
        .await?;
    Ok(())
}

pub async fn tell(database: &DatabaseArguments, study: &str) -> anyhow::Result<()> {
    let (store, _) = database.open().await?;
    let study = study_by_key(&store, study).await?;
    look(&store, &study.design.key, "mail").await?;
    let mut tx = store.read().await?;
    let mails = outbox::of_study(&mut tx, study.study_id).await?;
    for state in State::ALL {
        let n = mails.iter().filter(|mail| mail.state == state).count();
        println!("{:>10} {n}", state.key());
    }
    for mail in mails {
        if matches!(mail.state, State::Bounced | State::Failed | State::Unknown) {
            println!(
                "{}\t{}\t{}\t{}",
                mail.state.key(),
                mail.kind,
                mail.email.unwrap_or_default(),
                mail.problem.unwrap_or_default()
            );
        }
    }
    Ok(())
}

/// `whose`: keys of the school and the person, and the wave.
pub async fn reissue(
    database: &DatabaseArguments,
    study: &str,
    (school, person, wave): (&str, &str, &str),
    base: &str,
) -> anyhow::Result<()> {
    let (store, key) = database.open().await?;
    let study = study_by_key(&store, study).await?;
    let mut tx = store.read().await?;
    let school = schools::units_of_study(&mut tx, study.study_id)
        .await?
        .into_iter()
        .find(|known| known.key == school)
        .with_context(|| format!("there is no school `{school}` in this study"))?;
    let person_id = rosters::person_by_key(&mut tx, study.study_id, person)
        .await?
        .with_context(|| format!("there is no person `{person}` in this study"))?;
    let member = rosters::member_of(&mut tx, person_id, school.school_id)
        .await?
        .with_context(|| format!("`{person}` is not on the list of {}", school.name))?;
    let invitation = invitations::of_school(&mut tx, school.school_id, wave)
        .await?
        .remove(&member)
        .with_context(|| format!("`{person}` has not been invited to {wave}"))?;
    drop(tx);
    let act = act();
    let (token, code) = store
        .write::<_, StorageError, _>(move |tx| {
            async move { invite::reissue(tx, &act, &key, &invitation).await }.boxed()
        })
        .await?;
    println!("{base}/r#{token}\nor type {code} at {base}/r");
    Ok(())
}
