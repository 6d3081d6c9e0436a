//! How far coders agree: which factor a statement is about, each factor by itself, and the direction of what both saw.

use std::collections::BTreeSet;

use rand::Rng;
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::{
    BootstrapOptions, Cases, Coefficient, Distance, Weighting, bootstrap_agreement,
    coder_agreement, cohen_kappa,
};

use super::findings::Value;
use crate::domain::coding::Code;

/// A statement as each coder coded it, in the order of the coders; `None` where one did not.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Statements of one school are drawn together.
    pub school: usize,
    pub codes: Vec<Option<Vec<Code>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// `kappa`, `fleiss`, `alpha` or `ac1`.
    pub name: &'static str,
    pub value: Value,
    /// 95 %, over schools drawn again.
    pub interval: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The first factor that each gave a statement, or none.
    MainFactor,
    /// Hinders, neither, promotes: of factors that at least two coders saw in a statement.
    Direction,
    /// Whether this factor is in a statement.
    Factor(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    pub what: What,
    /// Statements, or factors in statements, that at least two coded.
    pub n: usize,
    /// Share of codes that say yes; for a factor alone.
    pub prevalence: Option<f64>,
    /// Share of pairs of codes that are the same, of the first two coders.
    pub same: Value,
    pub estimates: Vec<Estimate>,
}

type Codes = Vec<Vec<Option<usize>>>;

/// What is asked of the codes: in how many categories, and as an order or not.
struct Asked {
    n_codes: usize,
    ordered: bool,
}

fn agreement(
    what: What,
    (codes, schools): (Codes, Vec<usize>),
    asked: &Asked,
    replicates: u64,
    rng: &mut impl Rng,
) -> Agreement {
    let twice = |row: &&Vec<Option<usize>>| row.iter().flatten().count() > 1;
    let n = codes.iter().filter(twice).count();
    let (weighting, distance) = if asked.ordered {
        (Weighting::Linear, Distance::Ordinal)
    } else {
        (Weighting::Nominal, Distance::Nominal)
    };
    let options = BootstrapOptions {
        replicates,
        confidence: 0.95,
        cases: Cases::Pairwise,
    };
    let estimates = [
        ("kappa", Coefficient::Cohen(weighting)),
        ("fleiss", Coefficient::Fleiss),
        ("alpha", Coefficient::Krippendorff(distance)),
        ("ac1", Coefficient::Gwet(weighting)),
    ]
    .map(|(name, coefficient)| {
        // Of single factors the two that are read together: kappa, and what a rare code does not pull down.
        let is_drawn = matches!(name, "kappa" | "ac1")
            || (name == "alpha" && !matches!(what, What::Factor(_)));
        let n_codes = asked.n_codes;
        let drawn = is_drawn.then(|| {
            bootstrap_agreement(&codes, &schools, n_codes, coefficient, &options, rng).ok()
        });
        let ends = drawn.flatten();
        Estimate {
            name,
            value: coder_agreement(&codes, n_codes, coefficient),
            interval: ends.map(|found| (found.percentile.lower, found.percentile.upper)),
        }
    });
    let two: Vec<(Option<usize>, Option<usize>)> = codes
        .iter()
        .map(|row| {
            let of = |coder: usize| row.get(coder).copied().flatten();
            (of(0), of(1))
        })
        .collect();
    // Without variation kappa has no value, and how often they are the same still has one.
    let both: Vec<(usize, usize)> = two
        .iter()
        .filter_map(|(a, b)| Some(((*a)?, (*b)?)))
        .collect();
    let same = match cohen_kappa(&two, asked.n_codes, Weighting::Nominal) {
        Ok(found) => Ok(found.observed),
        Err(_) if !both.is_empty() => {
            let same = both.iter().filter(|(a, b)| a == b).count();
            Ok(same as f64 / both.len() as f64)
        }
        Err(why) => Err(why),
    };
    let given: Vec<usize> = codes.iter().flatten().flatten().copied().collect();
    let prevalence = match what {
        What::Factor(_) if !given.is_empty() => {
            Some(given.iter().sum::<usize>() as f64 / given.len() as f64)
        }
        _ => None,
    };
    Agreement {
        what,
        n,
        prevalence,
        same,
        estimates: estimates.into(),
    }
}

/// Agreement on the main factor, on the direction, and on each factor that anybody gave, in the order of `factors`.
pub fn agreements(
    units: &[Unit],
    factors: &[String],
    replicates: u64,
    rng: &mut impl Rng,
) -> Result<Vec<Agreement>, Undefined> {
    let schools: Vec<usize> = units.iter().map(|unit| unit.school).collect();
    let place = |factor: &str| factors.iter().position(|known| known == factor);
    let per_unit = |code: &dyn Fn(&[Code]) -> usize| -> Codes {
        units
            .iter()
            .map(|unit| {
                let of = unit.codes.iter();
                of.map(|codes| codes.as_deref().map(code)).collect()
            })
            .collect()
    };
    if units.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let main = |codes: &[Code]| {
        let first = codes.iter().filter_map(|code| place(&code.factor)).min();
        first.map_or(0, |at| at + 1)
    };
    let mut found = vec![agreement(
        What::MainFactor,
        (per_unit(&main), schools.clone()),
        &Asked {
            n_codes: factors.len() + 1,
            ordered: false,
        },
        replicates,
        rng,
    )];
    let (mut directions, mut of_schools) = (Codes::new(), Vec::new());
    for unit in units {
        let seen: BTreeSet<&str> = unit
            .codes
            .iter()
            .flatten()
            .flatten()
            .map(|code| code.factor.as_str())
            .collect();
        for factor in seen {
            let row: Vec<Option<usize>> = unit
                .codes
                .iter()
                .map(|codes| {
                    let mut codes = codes.as_deref().unwrap_or_default().iter();
                    let own = codes.find(|code| code.factor == factor);
                    own.map(|code| code.direction.step())
                })
                .collect();
            if row.iter().flatten().count() > 1 {
                directions.push(row);
                of_schools.push(unit.school);
            }
        }
    }
    found.push(agreement(
        What::Direction,
        (directions, of_schools),
        &Asked {
            n_codes: 3,
            ordered: true,
        },
        replicates,
        rng,
    ));
    for factor in factors {
        let has = |codes: &[Code]| usize::from(codes.iter().any(|code| code.factor == *factor));
        let codes = per_unit(&has);
        if codes.iter().flatten().flatten().all(|has| *has == 0) {
            continue;
        }
        found.push(agreement(
            What::Factor(factor.clone()),
            (codes, schools.clone()),
            &Asked {
                n_codes: 2,
                ordered: false,
            },
            replicates,
            rng,
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;

    use super::*;
    use crate::domain::coding::Direction;

    fn code(factor: &str, direction: Direction) -> Code {
        Code {
            factor: factor.to_owned(),
            direction,
            implicit: false,
        }
    }

    #[test]
    fn two_coders_agree_as_far_as_counting_says() {
        use Direction::{Hinders, Promotes};
        let (a, b) = (code("a", Promotes), code("b", Hinders));
        let unit = |school, first: &[&Code], second: &[&Code]| Unit {
            school,
            codes: [first, second]
                .map(|codes| Some(codes.iter().map(|code| (*code).clone()).collect()))
                .into(),
        };
        let turned = code("a", Hinders);
        let units = [
            unit(0, &[&a], &[&a]),
            unit(0, &[&b], &[&b]),
            unit(1, &[&a], &[&turned]),
            unit(1, &[&a], &[]),
            unit(2, &[], &[]),
            unit(2, &[&b], &[&b]),
        ];
        let factors = ["a", "b", "c"].map(str::to_owned);
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let found = agreements(&units, &factors, 50, &mut rng).expect("there are statements");
        assert_eq!(
            found.len(),
            4,
            "main factor, direction, a and b; nobody gave c"
        );
        // Main factor: five of six the same. By chance: a 3/6 x 2/6, b 2/6 x 2/6, none 1/6 x 2/6 = 12/36.
        assert_eq!(found[0].n, 6);
        let same = found[0].same.expect("six units");
        assert!((same - 5.0 / 6.0).abs() < 1e-12);
        let kappa = found[0].estimates[0].value.expect("there is variation");
        assert!((kappa - (5.0 / 6.0 - 1.0 / 3.0) / (2.0 / 3.0)).abs() < 1e-12);
        // Direction: four factors that both saw, one of them turned round.
        assert_eq!((found[1].n, found[1].same), (4, Ok(0.75)));
        assert_eq!(found[2].what, What::Factor("a".to_owned()));
        let prevalence = found[2].prevalence.expect("six units");
        assert!((prevalence - 5.0 / 12.0).abs() < 1e-12);
        assert_eq!(found[3].same, Ok(1.0));
        assert!(agreements(&[], &factors, 50, &mut rng).is_err());
    }
}
