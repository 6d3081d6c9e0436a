//! Who names whom: for every relation and wave, each member discusses things with the handful of colleagues who come
//! first to mind. Blind to the effect of the school: it is not among the arguments.
//!
//! What makes a colleague come to mind: being sought after (IB'er and principal more so), the same bouw, a bond of the
//! two (lasting, of this wave, of this relation), and chance. The bonds are mutual, hence reciprocity; some last, hence
//! stability over the waves; some hold for all relations, hence overlap.

use super::dice::Dice;
use super::study::{Member, Nomination, Nominations, Role};

pub const RELATIONS: [&str; 3] = ["goals", "approach", "progress"];
/// Progress of pupils is discussed with more colleagues than goals are.
const BREADTH: [f64; 3] = [0.92, 1.0, 1.08];

const SOUGHT_AFTER: f64 = 0.45;
const COACH: f64 = 0.9;
const PRINCIPAL: f64 = 0.6;
const SAME_GROUP: f64 = 0.9;
const LASTING_BOND: f64 = 0.95;
const BOND_OF_WAVE: f64 = 0.6;
const BOND_OF_RELATION: f64 = 0.55;
const LASTING_LIKING: f64 = 0.3;
const CHANCE: f64 = 0.45;

/// What sets one school's talk apart from another's.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// Factor on the number of colleagues named.
    pub factor: f64,
    pub isolated_principal: bool,
}

/// Square table over the members of one school.
struct Table {
    n: usize,
    values: Vec<f64>,
}

impl Table {
    fn directed(n: usize, dice: &mut Dice) -> Self {
        let values = (0..n * n).map(|_| dice.normal()).collect();
        Self { n, values }
    }

    fn mutual(n: usize, dice: &mut Dice) -> Self {
        let mut values = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..i {
                let bond = dice.normal();
                values[i * n + j] = bond;
                values[j * n + i] = bond;
            }
        }
        Self { n, values }
    }

    fn at(&self, ego: usize, alter: usize) -> f64 {
        self.values[ego * self.n + alter]
    }
}

/// The lasting part: of persons, of pairs, of pairs in a relation.
pub struct Bonds<'a> {
    members: &'a [Member],
    talk: Talk,
    /// Per alter: how much they are sought after by anyone.
    appeal: Vec<f64>,
    /// Per ego: more or fewer colleagues than others name.
    sociability: Vec<f64>,
    lasting: Table,
    liking: Table,
    of_relation: Vec<Table>,
}

impl<'a> Bonds<'a> {
    /// For all who ever stood on the list of one school.
    pub fn of_school(members: &'a [Member], talk: Talk, dice: &mut Dice) -> Self {
        let n = members.len();
        let by_role = |member: &Member| match member.primary_role() {
            Role::Coach => COACH,
            Role::Principal => PRINCIPAL,
            Role::Teacher | Role::Coordinator => 0.0,
        };
        Self {
            members,
            talk,
            appeal: members
                .iter()
                .map(|m| by_role(m) + SOUGHT_AFTER * dice.normal())
                .collect(),
            sociability: (0..n).map(|_| 0.9 * dice.normal()).collect(),
            lasting: Table::mutual(n, dice),
            liking: Table::directed(n, dice),
            of_relation: RELATIONS.iter().map(|_| Table::mutual(n, dice)).collect(),
        }
    }

    /// What everyone on the list of this wave would answer: per relation, per place on `roster` (indices into the
    /// members of the school). Alters are such indices too.
    pub fn nominations(&self, roster: &[usize], dice: &mut Dice) -> Vec<Vec<Nominations>> {
        let of_wave = Table::mutual(self.members.len(), dice);
        let relations = 0..RELATIONS.len();
        relations
            .map(|relation| {
                let egos = roster.iter();
                egos.map(|&ego| self.named_by(ego, relation, &of_wave, roster, dice))
                    .collect()
            })
            .collect()
    }

    fn named_by(
        &self,
        ego: usize,
        relation: usize,
        of_wave: &Table,
        roster: &[usize],
        dice: &mut Dice,
    ) -> Nominations {
        let mut liked: Vec<(f64, usize)> = roster
            .iter()
            .filter(|&&alter| alter != ego)
            .map(|&alter| {
                let pair = LASTING_BOND * self.lasting.at(ego, alter)
                    + BOND_OF_WAVE * of_wave.at(ego, alter)
                    + BOND_OF_RELATION * self.of_relation[relation].at(ego, alter)
                    + LASTING_LIKING * self.liking.at(ego, alter)
                    + CHANCE * dice.normal();
                let near = if self.share_group(ego, alter) {
                    SAME_GROUP
                } else {
                    0.0
                };
                (pair + near + self.appeal[alter], alter)
            })
            .collect();
        let n_named = self.n_named(ego, relation, roster.len(), dice);
        liked.retain(|&(_, alter)| !self.stands_apart(alter));
        liked.sort_by(|a, b| b.0.total_cmp(&a.0));
        liked.truncate(n_named);
        let n = liked.len() as f64;
        let mut named: Vec<Nomination> = liked
            .iter()
            .enumerate()
            .map(|(place, &(_, alter))| {
                let often = 4.2 - 2.4 * (place as f64 + 0.5) / n + 0.5 * dice.normal();
                Nomination {
                    alter,
                    frequency: often.clamp(1.0, 4.0) as u8,
                }
            })
            .collect();
        if named.is_empty() {
            return Nominations::Nobody;
        }
        named.sort_by_key(|nomination| nomination.alter);
        Nominations::Named(named)
    }

    /// People keep up a limited number of ties: in a team four times as large they name twice as many.
    fn n_named(&self, ego: usize, relation: usize, n_roster: usize, dice: &mut Dice) -> usize {
        let typical = (2.6 + 0.135 * n_roster as f64) * self.talk.factor * BREADTH[relation];
        let own = self.sociability[ego] + 0.6 * dice.normal();
        let alone = dice.chance(if self.stands_apart(ego) { 0.7 } else { 0.015 });
        match (alone, self.stands_apart(ego)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => (typical + own + 0.5).max(1.0) as usize,
        }
    }

    fn stands_apart(&self, member: usize) -> bool {
        self.talk.isolated_principal && self.members[member].primary_role() == Role::Principal
    }

    fn share_group(&self, ego: usize, alter: usize) -> bool {
        let of_alter = &self.members[alter].groups;
        self.members[ego]
            .groups
            .iter()
            .any(|group| of_alter.contains(group))
    }
}
