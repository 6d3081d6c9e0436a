//! `schakel verify REPORT`: makes a report again from its data, and says whether it is the same.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::analyse;
use super::ending::{Answer, ended};
use super::report::{opened, study};
use super::settings::{DatabaseArguments, block_on};
use crate::conclude::{self, Conclusion};
use crate::domain::id::SchoolId;
use crate::domain::language::Language;
use crate::domain::opening::Part;
use crate::evaluation::findings::Findings;
use crate::evaluation::portrait::Portrait;
use crate::fieldwork::study::Study;
use crate::reports::proof::{self, Block, FindingsBlock, MadeFrom};
use crate::storage::{Tx, conclusions, releases, schools, snapshot};
use crate::web::study_report::Material;
use crate::web::team_files;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The report, as it was written or downloaded.
    report: PathBuf,
    /// The folder that `schakel analyse` made it from.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// The plan that was given with --plan.
    #[arg(long, requires = "folder")]
    plan: Option<PathBuf>,
    /// The lock that was given with --lock.
    #[arg(long, requires = "folder")]
    lock: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArguments,
}

/// A report made again, or why it cannot be.
type Remade = Result<Again, String>;

struct Again {
    findings: Option<Findings>,
    /// For the file of a school, whether its picture comes out of the answers again as it was kept; `None` where the answers
    /// or the method are others by now.
    portrait: Option<bool>,
    page: String,
    /// What else there is to say of the data.
    note: Option<String>,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(verify(arguments))
}

fn verify(arguments: &Arguments) -> Answer {
    let file = &arguments.report;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let page = String::from_utf8_lossy(&bytes);
    let (Some(block), Some(whole)) = (Block::read(&page), proof::is_whole(&bytes)) else {
        return Ok(Err(format!(
            "{}: this is not a report of this program, or what it says of itself is damaged",
            file.display()
        )));
    };
    let mut said = Said::default();
    said.tell(
        "seal",
        whole,
        "every byte is as it was written",
        "the file was changed after it was written",
    );
    let same_program = block.sources == proof::SOURCES;
    said.tell(
        "program",
        same_program,
        &format!("{}, the same sources", block.program),
        &format!("made by {} from other sources", block.program),
    );
    let again = match &block.made_from {
        MadeFrom::Folder { flags } => match &arguments.folder {
            Some(folder) => of_folder(arguments, folder, flags, block.language)?,
            None => {
                Err("this report was made from a folder: say which with --folder FOLDER".to_owned())
            }
        },
        MadeFrom::Study { .. } | MadeFrom::School { .. } if arguments.folder.is_some() => Err(
            "this report was made from a database: say which with --database, without --folder"
                .to_owned(),
        ),
        MadeFrom::Study { key } => block_on(of_study(arguments, key, &block))?,
        MadeFrom::School { study, key } => {
            block_on(of_school(arguments, study, key, block.language))?
        }
    };
    match again {
        Err(refusal) => said.cannot(&refusal),
        Ok(again) => compare(&mut said, &block, &page, &again),
    }
    Ok(said.ended())
}

fn compare(said: &mut Said, block: &Block, page: &str, again: &Again) {
    if let (Some(findings), Some(kept)) = (&again.findings, &block.findings) {
        compare_findings(said, kept, findings);
    }
    if let Some(equal) = again.portrait {
        said.tell(
            "picture",
            equal,
            "judged again from the answers, the same",
            "judged again from the answers, it is another than was kept",
        );
    }
    if let Some(note) = &again.note {
        said.lines.push(format!("          {note}"));
    }
    let differing = proof::differing(&again.page, page);
    let equal = again.page == page;
    let told = if differing.is_empty() {
        "outside its parts".to_owned()
    } else {
        differing.join(", ")
    };
    said.tell(
        "page",
        equal,
        "made again, the same to the last byte",
        &format!("made again, it differs in: {told}"),
    );
}

fn compare_findings(said: &mut Said, kept: &FindingsBlock, findings: &Findings) {
    let made = &findings.provenance;
    let equal = made.snapshot == kept.snapshot;
    said.tell(
        "data",
        equal,
        &made.snapshot,
        &format!("are now {}, were {}", made.snapshot, kept.snapshot),
    );
    let equal = made.plan == kept.plan;
    said.tell(
        "plan",
        equal,
        &made.plan,
        &format!("is now {}, was {}", made.plan, kept.plan),
    );
    let others: Vec<&str> = made
        .instruments
        .keys()
        .chain(kept.instruments.keys())
        .filter(|key| made.instruments.get(*key) != kept.instruments.get(*key))
        .map(String::as_str)
        .collect();
    said.tell(
        "questions",
        others.is_empty(),
        "the same versions of instruments and files",
        &format!("others: {}", others.join(", ")),
    );
    let hash = proof::findings_hash(findings);
    said.tell(
        "findings",
        hash == kept.hash && made.seed == kept.seed,
        "computed again, the same",
        "computed again, they differ",
    );
}

fn of_folder(
    arguments: &Arguments,
    folder: &Path,
    flags: &[String],
    language: Language,
) -> anyhow::Result<Remade> {
    let given = (arguments.plan.as_deref(), arguments.lock.as_deref());
    let made = analyse::again(folder, flags, language, given)?;
    Ok(made.map(|(findings, page)| Again {
        findings: Some(findings),
        portrait: None,
        page,
        note: None,
    }))
}

/// Computed from a snapshot of what is closed now, not read from what was kept.
async fn of_study(arguments: &Arguments, key: &str, block: &Block) -> anyhow::Result<Remade> {
    let store = opened(&arguments.database).await?;
    let study = match study(&store, Some(key)).await? {
        Ok(study) => study,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut tx = store.read().await?;
    let conclusion = concluded_again(&mut tx, &study).await?;
    let mut note = None;
    if let Some(kept) = &block.findings
        && kept.snapshot != conclusion.key.snapshot_hash
    {
        // Data go on changing while a study runs; what was concluded of the earlier ones is kept.
        let earlier = conclusions::of_snapshot(&mut tx, study.study_id, &kept.snapshot).await?;
        let mut same = false;
        for text in &earlier {
            let findings: Findings = serde_json::from_str(text)?;
            same |= proof::findings_hash(&findings) == kept.hash;
        }
        note = Some(
            match (earlier.is_empty(), same) {
                (true, _) => "this database never concluded anything of the data of the report",
                (_, true) => {
                    "the findings that this database kept of the data of the report are those of the report"
                }
                (_, false) => {
                    "the findings that this database kept of the data of the report are others than those of the report"
                }
            }
            .to_owned(),
        );
    }
    let mut portraits: Vec<(SchoolId, Portrait)> = Vec::new();
    for (school, part, text) in &conclusion.parts {
        if *part == Part::Team {
            portraits.push((*school, serde_json::from_str(text)?));
        }
    }
    // As it is when it was kept and read back.
    let findings: Findings = serde_json::from_str(&serde_json::to_string(&conclusion.findings)?)?;
    let material = Material::of(&mut tx, &study, findings, portraits).await?;
    let page = material.page(block.language)?;
    Ok(Ok(Again {
        findings: Some(material.findings),
        portrait: None,
        page,
        note,
    }))
}

/// Everything from the answers of the waves that are closed now. What was told may be told again: the parts of schools come
/// out as they were kept.
async fn concluded_again(tx: &mut Tx, study: &Study) -> anyhow::Result<Conclusion> {
    let taken = snapshot::take(tx, study.study_id).await?;
    let told = releases::of_study(tx, study.study_id).await?;
    Ok(conclude::evaluate_snapshot(&taken, study, told)?)
}

/// The page of the picture that is kept, and the picture from the answers.
async fn of_school(
    arguments: &Arguments,
    key: &str,
    school: &str,
    language: Language,
) -> anyhow::Result<Remade> {
    let store = opened(&arguments.database).await?;
    let study = match study(&store, Some(key)).await? {
        Ok(study) => study,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut tx = store.read().await?;
    let page = team_files::pages(&mut tx, &study, language, Some(school)).await?;
    let own = schools::of_study(&mut tx, study.study_id).await?;
    let own = own.into_iter().find(|one| one.key == school);
    let newest = conclusions::newest(&mut tx, study.study_id).await?;
    let (Some((_, page)), Some(own), Some((kept_key, _))) = (page.into_iter().next(), own, newest)
    else {
        return Ok(Err(format!("school `{school}` has no results here")));
    };
    let kept = conclusions::parts(&mut tx, &kept_key, Part::Team).await?;
    let kept = kept.into_iter().find(|(id, _)| *id == own.school_id);
    let conclusion = concluded_again(&mut tx, &study).await?;
    let same_answers = conclusion.key == kept_key;
    let again = conclusion
        .parts
        .into_iter()
        .find(|(id, part, _)| *id == own.school_id && *part == Part::Team);
    let equal = again.map(|(_, _, text)| text) == kept.map(|(_, text)| text);
    Ok(Ok(Again {
        findings: None,
        portrait: same_answers.then_some(equal),
        page,
        note: (!same_answers).then(|| {
            "the answers or the method are others now than those the picture was made of; it is shown as it was kept"
                .to_owned()
        }),
    }))
}

/// Line by line what is the same and what is not.
#[derive(Default)]
struct Said {
    lines: Vec<String>,
    differs: bool,
}

impl Said {
    fn tell(&mut self, what: &str, equal: bool, same: &str, other: &str) {
        self.differs |= !equal;
        self.lines.push(if equal {
            format!("{what:<10}equal: {same}")
        } else {
            format!("{what:<10}NOT EQUAL: {other}")
        });
    }

    fn cannot(&mut self, why: &str) {
        self.differs = true;
        self.lines.push(format!("{:<10}NOT CHECKED: {why}", "data"));
    }

    /// Not equal is an answer, with the exit code of one.
    fn ended(self) -> Result<String, String> {
        let lines = self.lines.join("\n");
        if self.differs {
            Err(format!("{lines}\nnot equal"))
        } else {
            Ok(format!("{lines}\nequal\n"))
        }
    }
}
