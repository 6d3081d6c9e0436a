//! What a school may see of itself, as plain values: each has passed the rules of disclosure, and carries that in its
//! type. Effect groups, ranks and effects are not among them, because they live on the research desk alone.

use serde::{Deserialize, Serialize};

use crate::domain::disclosure::{Above, Band, Disclosed, Drawn, Gain, Share, Suppressed};
pub use crate::domain::disclosure::{Change, Said, Usual};

/// One school over its closed waves: collaboration, attitude and culture. What is about the principal is not in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Portrait {
    pub waves: Vec<WavePortrait>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WavePortrait {
    pub wave: String,
    /// Whether the school has grouping units at all.
    pub grouped: bool,
    pub n_members: Disclosed<usize>,
    pub n_answered: Disclosed<usize>,
    /// The wave before in which this team was asked, and who came and went in between.
    pub since: Option<Since>,
    /// The groups of the picture: one grouping of the school, or several that were too small to stand alone. None when
    /// the team has no two groups that are large enough.
    pub groups: Vec<Group>,
    pub relations: Vec<RelationPortrait>,
    pub scales: Vec<ScalePortrait>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Since {
    pub wave: String,
    pub n_came: Disclosed<usize>,
    pub n_went: Disclosed<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub names: Vec<String>,
    pub n: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelationPortrait {
    pub relation: String,
    pub density: Disclosed<Share>,
    pub reciprocity: Disclosed<Share>,
    /// How often people of one group named people of another; empty when there is no picture of groups.
    pub blocks: Vec<Block>,
    /// Against the wave before; `None` where there is none.
    pub change: Option<RelationChange>,
    /// Where the density of most schools of this size lies.
    pub alike: Disclosed<Usual>,
    /// Those who agreed to being drawn.
    pub persons: Disclosed<PersonPicture>,
}

/// How often people of one group named people of another, or of their own. Indices into the groups of the wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub from: usize,
    pub to: usize,
    pub share: Disclosed<Band>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelationChange {
    pub density: Disclosed<Change>,
    /// `More`: spread more evenly over the team than before.
    pub evenness: Disclosed<Change>,
    /// Of those who were there both times; otherwise of everyone at each moment.
    #[serde(default)]
    pub among_stayers: bool,
}

/// People who agreed to being drawn for their own school, with the ties between them. Their names are not here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonPicture {
    pub drawn: Vec<DrawnPerson>,
    /// Indices into `drawn`: ego, alter.
    pub ties: Vec<(usize, usize)>,
    /// How many are not drawn: none, or at least the threshold.
    pub n_not_drawn: usize,
}

/// Someone's place in the unit square: the same over waves and relations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnPerson {
    /// As the records call them.
    pub person: String,
    pub x: f64,
    pub y: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScalePortrait {
    pub scale: String,
    /// The ends of the scale.
    pub minimum: f64,
    pub maximum: f64,
    /// How many scores the mean is over.
    pub n: Disclosed<usize>,
    pub mean: Disclosed<f64>,
    /// Against the wave before; `None` where the scale was not asked then.
    pub change: Option<Disclosed<Change>>,
    /// The middle half of the means of all schools of the study in this wave.
    pub usual: Disclosed<(f64, f64)>,
    /// Per group of the wave, where the team has groups.
    pub groups: Vec<GroupMean>,
    /// What the team says about each item, in words.
    pub items: Vec<ItemPortrait>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupMean {
    /// Index into the groups of the wave.
    pub group: usize,
    pub n: Disclosed<usize>,
    pub mean: Disclosed<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemPortrait {
    pub item: String,
    pub said: Disclosed<Said>,
}

/// What teachers said about their principal: opens to the principal first, on a page of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeadershipPortrait {
    pub waves: Vec<LeadershipWave>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadershipWave {
    pub wave: String,
    /// Who led the school then, as the records call them: it is about them, and opens to nobody who came after.
    #[serde(default)]
    pub led_by: Vec<String>,
    /// Without the principal's own answers; no group means.
    pub scales: Vec<ScalePortrait>,
}

/// How the pupils of a school scored over the test moments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AchievementPortrait {
    pub moments: Vec<Moment>,
    /// What pupils are above or not; nothing where year groups are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
}

/// Whose mean pupils are held against: of the same year group at the same time of the school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The country's, as the mapping of the monitoring system said it.
    National,
    /// That of all pupils of the study, over all its schools and years.
    Study,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Months since the intervention began at this school; negative before it.
    pub month: i32,
    pub n_pupils: Disclosed<usize>,
    pub mean: Disclosed<f64>,
    /// How many are above the reference, of those for whom there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Disclosed<Above>>,
    /// By year group, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub year_groups: Vec<YearGroup>,
}

/// The pupils of one year group at one test moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearGroup {
    pub year_group: u8,
    pub n_pupils: Disclosed<usize>,
    pub mean: Disclosed<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Disclosed<Above>>,
}

/// What pupils said about the teaching: of one class, for who teaches it, or of a school with enough classes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PupilPortrait {
    pub waves: Vec<PupilWave>,
    /// Of a school alone: since its first wave.
    pub gains: Vec<PupilGain>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PupilWave {
    pub wave: String,
    /// Classes in which pupils answered; of these the ones with a result count for the school.
    pub n_classes: usize,
    pub scales: Vec<PupilScale>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PupilScale {
    pub scale: String,
    pub minimum: f64,
    pub maximum: f64,
    pub n: Disclosed<usize>,
    pub mean: Disclosed<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PupilGain {
    pub scale: String,
    pub from: String,
    pub to: String,
    pub gain: Disclosed<Gain>,
}

impl Drawn for PersonPicture {
    fn n_drawn(&self) -> usize {
        self.drawn.len()
    }

    fn n_not_drawn(&self) -> usize {
        self.n_not_drawn
    }
}

impl WavePortrait {
    /// Why there is no picture of the groups, if there is none.
    pub fn picture_withheld(&self, relation: &RelationPortrait) -> Option<Suppressed> {
        if !relation.blocks.is_empty() {
            return None;
        }
        Some(
            relation
                .density
                .shown()
                .err()
                .unwrap_or(Suppressed::TooFewPeople),
        )
    }
}
