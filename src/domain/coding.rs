//! What principals, IB'ers and trainers say, in statements without names; the codebook, and the codes that coders give.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::{InterviewId, SchoolId, StatementId};
use super::language::Text;

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Trainer,
    Principal,
    Coach,
    /// Principal and IB'er in one conversation.
    Joint,
}

impl Source {
    pub const ALL: [Self; 4] = [Self::Trainer, Self::Principal, Self::Coach, Self::Joint];

    pub fn key(self) -> &'static str {
        match self {
            Self::Trainer => "trainer",
            Self::Principal => "principal",
            Self::Coach => "coach",
            Self::Joint => "joint",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.key() == key)
    }
}

/// What a factor did, according to who spoke. In the order in which agreement is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Hinders,
    Mixed,
    NoInfluence,
    Promotes,
}

impl Direction {
    /// As they are offered.
    pub const ALL: [Self; 4] = [
        Self::Promotes,
        Self::Hinders,
        Self::Mixed,
        Self::NoInfluence,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Promotes => "promotes",
            Self::Hinders => "hinders",
            Self::Mixed => "mixed",
            Self::NoInfluence => "no_influence",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|direction| direction.key() == key)
    }

    /// Hinders 0, mixed and no influence 1, promotes 2.
    pub fn step(self) -> usize {
        match self {
            Self::Hinders => 0,
            Self::Mixed | Self::NoInfluence => 1,
            Self::Promotes => 2,
        }
    }

    /// Of two things said: what differs is mixed, and no influence says nothing against an influence.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::NoInfluence, known) | (known, Self::NoInfluence) => known,
            _ => Self::Mixed,
        }
    }
}

/// One factor in one statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    pub factor: String,
    pub direction: Direction,
    /// Not named, but meant within another factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub implicit: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    pub key: String,
    pub name: Text,
    /// When to give it.
    pub about: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codebook {
    pub version: i64,
    pub factors: Vec<Factor>,
}

/// The factors of the source, in its order: key, name and when to give it. The wording of the rules is this project's.
const FACTORS: [[&str; 5]; 10] = [
    [
        "lvs_knowledge",
        "Kennis van het LVS",
        "Knowledge of the monitoring system",
        "Kunnen lezen en verklaren van resultaten uit het leerlingvolgsysteem; de bijeenkomst daarover.",
        "Being able to read and explain results of the pupil monitoring system; the session about it.",
    ],
    [
        "teaching_quality",
        "Onderwijskwaliteit",
        "Quality of teaching",
        "Wat er in de lessen gebeurt: klimaat, taakgerichtheid, uitleg en afstemming, stimuleren, doelen.",
        "What happens in lessons: climate, task orientation, explaining and attuning, stimulation, goals.",
    ],
    [
        "attitude",
        "Attitude",
        "Attitude",
        "Wat leerkrachten vinden van opbrengstgericht werken: nut, druk, weerstand, en verandering daarin.",
        "What teachers think of working on results: use, pressure, resistance, and change in it.",
    ],
    [
        "school_leader",
        "Schoolleider",
        "School leader",
        "Wat de schoolleider doet of nalaat; ook het overlaten aan de IB'er.",
        "What the school leader does or leaves; also leaving it to the IB'er.",
    ],
    [
        "collaboration",
        "Samenwerking",
        "Collaboration",
        "Samen bespreken van resultaten, aanpak en groepsplannen; vertrouwen en openheid daarbij.",
        "Discussing results, approach and group plans together; trust and openness in doing so.",
    ],
    [
        "data_culture",
        "Datacultuur",
        "Data culture",
        "Wat op school gewoon is: hoge verwachtingen, ambitieuze doelen, resultaten in teamverband.",
        "What is usual in the school: high expectations, ambitious goals, results as a team's matter.",
    ],
    [
        "coach",
        "Intern begeleider",
        "IB'er",
        "Wat de IB'er doet, en of daar tijd en ruimte voor is.",
        "What the IB'er does, and whether there is time and room for it.",
    ],
    [
        "inspectorate",
        "Onderwijsinspectie",
        "Inspectorate",
        "Een bezoek of oordeel van de inspectie, of de verwachting daarvan.",
        "A visit or judgement of the inspectorate, or the expectation of one.",
    ],
    [
        "whole_team",
        "Deelname gehele team",
        "Whole-team participation",
        "Of iedereen meedoet met de training en met wat is afgesproken.",
        "Whether everyone takes part in the training and in what was agreed.",
    ],
    [
        "background",
        "Achtergrond",
        "Background",
        "Kenmerken van leerlingen, ouders, wijk of school: gewichten, grootte, fusie, verhuizing.",
        "Traits of pupils, parents, neighbourhood or school: weights, size, merger, move.",
    ],
];

/// The first version, with the factors of the source.
pub fn first_codebook() -> Codebook {
    Codebook {
        version: 1,
        factors: FACTORS
            .iter()
            .map(|[key, nl, en, about_nl, about_en]| Factor {
                key: (*key).to_owned(),
                name: Text::new(*nl, *en),
                about: Text::new(*about_nl, *about_en),
            })
            .collect(),
    }
}

impl Codebook {
    pub fn factor(&self, key: &str) -> Option<&Factor> {
        self.factors.iter().find(|factor| factor.key == key)
    }
}

/// A conversation or report that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interview {
    pub interview_id: InterviewId,
    pub school_id: SchoolId,
    pub source: Source,
    pub held_on: NaiveDate,
    pub n_masks: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub statement_id: StatementId,
    pub interview_id: InterviewId,
    pub place: i64,
    pub text: String,
}

/// In which round a code was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// Each coder by herself.
    First,
    /// What they agreed on where they differed.
    Consensus,
}

impl Round {
    pub fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Consensus => "consensus",
        }
    }
}

/// What one coder said of one statement; no codes: no factor in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    pub statement_id: StatementId,
    pub round: Round,
    /// The link of the coder; empty for a consensus, which is nobody's alone.
    pub coder: String,
    pub codes: Vec<Code>,
}

/// How far the coding of a cohort is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The first codes are closed: agreement can be told, differences talked over.
    Compared,
    /// No code changes any more: from here on they may stand beside the effects.
    Locked,
}

impl Step {
    pub fn key(self) -> &'static str {
        match self {
            Self::Compared => "compared",
            Self::Locked => "locked",
        }
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub cohort: String,
    pub step: Step,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// How many statements and codes there were.
    pub content: String,
}

/// What a coder knows a school by: always the same, and nothing that stands on any other page.
pub fn pseudonym(school_id: SchoolId) -> String {
    let mut hash = Sha256::new();
    hash.update(b"coding ");
    hash.update(school_id.0.as_bytes());
    let digits = hash.finalize();
    digits[..3]
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect()
}

/// What a text is cut at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Paragraph,
    Line,
}

impl Cut {
    pub const ALL: [Self; 2] = [Self::Paragraph, Self::Line];

    pub fn key(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Line => "line",
        }
    }

    pub fn from_key(key: &str) -> Self {
        if key == "line" {
            Self::Line
        } else {
            Self::Paragraph
        }
    }
}

/// The statements of a text, without the white space around them.
pub fn statements(text: &str, cut: Cut) -> Vec<String> {
    let mut found = Vec::new();
    let mut part = String::new();
    let mut close = |part: &mut String| {
        let said = part.trim();
        if !said.is_empty() {
            found.push(said.to_owned());
        }
        part.clear();
    };
    for line in text.lines() {
        if cut == Cut::Line || line.trim().is_empty() {
            close(&mut part);
        }
        if !part.is_empty() {
            part.push('\n');
        }
        part.push_str(line.trim());
    }
    close(&mut part);
    found
}

/// What counts of a statement: the consensus; without one what all its coders said, with a direction that is mixed where
/// theirs differ. `None` while nobody coded it.
pub fn settled(codings: &[&Coding]) -> Option<Vec<Code>> {
    if let Some(one) = codings.iter().find(|one| one.round == Round::Consensus) {
        return Some(one.codes.clone());
    }
    let (first, others) = codings.split_first()?;
    let mut codes: Vec<Code> = Vec::new();
    for code in &first.codes {
        let same: Option<Vec<&Code>> = others
            .iter()
            .map(|other| other.codes.iter().find(|own| own.factor == code.factor))
            .collect();
        if let Some(same) = same {
            codes.push(Code {
                factor: code.factor.clone(),
                direction: same
                    .iter()
                    .fold(code.direction, |all, own| all.and(own.direction)),
                implicit: code.implicit && same.iter().all(|own| own.implicit),
            });
        }
    }
    Some(codes)
}

/// Whether the first codes of a statement differ between coders.
pub fn differs(codings: &[&Coding]) -> bool {
    let firsts: Vec<Vec<&Code>> = codings
        .iter()
        .filter(|one| one.round == Round::First)
        .map(|one| {
            let mut codes: Vec<&Code> = one.codes.iter().collect();
            codes.sort();
            codes
        })
        .collect();
    firsts.windows(2).any(|two| two[0] != two[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(factor: &str, direction: Direction) -> Code {
        Code {
            factor: factor.to_owned(),
            direction,
            implicit: false,
        }
    }

    fn coding(round: Round, coder: &str, codes: &[Code]) -> Coding {
        Coding {
            statement_id: StatementId(uuid::Uuid::nil()),
            round,
            coder: coder.to_owned(),
            codes: codes.to_vec(),
        }
    }

    #[test]
    fn a_text_falls_into_statements() {
        let text = "Eerste zin.\r\nNog een.\n\n \nTweede alinea.\n";
        assert_eq!(
            statements(text, Cut::Paragraph),
            ["Eerste zin.\nNog een.", "Tweede alinea."]
        );
        assert_eq!(
            statements(text, Cut::Line),
            ["Eerste zin.", "Nog een.", "Tweede alinea."]
        );
        assert!(statements(" \n\n", Cut::Paragraph).is_empty());
    }

    #[test]
    fn the_consensus_counts_and_without_one_what_both_said() {
        let a = coding(
            Round::First,
            "a",
            &[
                code("attitude", Direction::Promotes),
                code("coach", Direction::Hinders),
            ],
        );
        let b = coding(Round::First, "b", &[code("attitude", Direction::Hinders)]);
        assert_eq!(
            settled(&[&a, &b]),
            Some(vec![code("attitude", Direction::Mixed)])
        );
        assert!(differs(&[&a, &b]) && !differs(&[&a, &a]) && !differs(&[&a]));
        let agreed = coding(Round::Consensus, "", &[code("coach", Direction::Hinders)]);
        assert_eq!(
            settled(&[&a, &b, &agreed]),
            Some(vec![code("coach", Direction::Hinders)])
        );
        assert_eq!(settled(&[]), None);
        // Coded, and no factor in it.
        assert_eq!(settled(&[&coding(Round::First, "a", &[])]), Some(vec![]));
    }

    #[test]
    fn directions_add_up() {
        use Direction::{Hinders, Mixed, NoInfluence, Promotes};
        assert_eq!(Promotes.and(Hinders), Mixed);
        assert_eq!(NoInfluence.and(Hinders), Hinders);
        assert_eq!(Mixed.and(Promotes), Mixed);
        for a in Direction::ALL {
            assert_eq!(Direction::from_key(a.key()), Some(a));
            for b in Direction::ALL {
                assert_eq!(a.and(b), b.and(a));
            }
        }
    }

    #[test]
    fn the_first_codebook_has_the_factors_of_the_source() {
        let book = first_codebook();
        assert_eq!((book.version, book.factors.len()), (1, 10));
        assert!(book.factor("inspectorate").is_some() && book.factor("x").is_none());
    }
}
