//! What is measured with scales and of pupils, and how groups of schools are compared.

use super::{Definition, Kind, define};

pub const OF_SCHOOLS: [Definition; 25] = [
    define(
        "scale_mean",
        Kind::Scale,
        ["x̄ = (1/J) Σ_j x̄_j", "x̄ = (1/J) Σ_j x̄_j"],
        (["", ""], ["", ""]),
        ("items", "neutral"),
    ),
    define(
        "alpha",
        Kind::Scale,
        [
            "k/(k − 1) · (1 − Σ s²_i / s²_X)",
            "k/(k − 1) · (1 − Σ s²_i / s²_X)",
        ],
        (
            [
                "Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965)",
                "Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965)",
            ],
            ["psych alpha 2.2.9, 1e-9", "psych alpha 2.2.9, 1e-9"],
        ),
        ("items", "reliable"),
    ),
    define(
        "omega_total",
        Kind::Scale,
        [
            "(Σ l_i)² / ((Σ l_i)² + Σ u_i)",
            "(Σ l_i)² / ((Σ l_i)² + Σ u_i)",
        ],
        (
            [
                "McDonald (1999), Test theory, ch. 6",
                "McDonald (1999), Test theory, ch. 6",
            ],
            [
                "R factanal(factors = 1) 4.2.2, 1e-6",
                "R factanal(factors = 1) 4.2.2, 1e-6",
            ],
        ),
        ("items", "reliable"),
    ),
    define(
        "icc_1",
        Kind::Scale,
        [
            "(MS_b − MS_w) / (MS_b + (k₀ − 1) MS_w)",
            "(MS_b − MS_w) / (MS_b + (k₀ − 1) MS_w)",
        ],
        (
            [
                "Bliese (2000); Shrout & Fleiss (1979)",
                "Bliese (2000); Shrout & Fleiss (1979)",
            ],
            ["multilevel ICC1 2.7, 1e-9", "multilevel ICC1 2.7, 1e-9"],
        ),
        ("items", "neutral"),
    ),
    define(
        "icc_2",
        Kind::Scale,
        ["(MS_b − MS_w) / MS_b", "(MS_b − MS_w) / MS_b"],
        (
            [
                "Bliese (2000); Shrout & Fleiss (1979)",
                "Bliese (2000); Shrout & Fleiss (1979)",
            ],
            ["multilevel ICC2 2.7, 1e-9", "multilevel ICC2 2.7, 1e-9"],
        ),
        ("items", "reliable"),
    ),
    define(
        "rwg_j_median",
        Kind::Scale,
        [
            "J(1 − s̄²/σ²_E) / (J(1 − s̄²/σ²_E) + s̄²/σ²_E)",
            "J(1 − s̄²/σ²_E) / (J(1 − s̄²/σ²_E) + s̄²/σ²_E)",
        ],
        (
            [
                "James, Demaree & Wolf (1984), JAP 69, 85-98",
                "James, Demaree & Wolf (1984), JAP 69, 85-98",
            ],
            ["multilevel rwg.j 2.7, 1e-9", "multilevel rwg.j 2.7, 1e-9"],
        ),
        ("items", "together"),
    ),
    define(
        "effect",
        Kind::Effect,
        ["β_during − β_before", "β_during − β_before"],
        (
            [
                "Raudenbush & Bryk (2002), ch. 3",
                "Raudenbush & Bryk (2002), ch. 3",
            ],
            ["lme4 1.1.31, 1e-6", "lme4 1.1.31, 1e-6"],
        ),
        ("pupils", "signed"),
    ),
    define(
        "effect_se",
        Kind::Effect,
        ["SE(β_during − β_before)", "SE(β_during − β_before)"],
        (
            [
                "Raudenbush & Bryk (2002), ch. 3",
                "Raudenbush & Bryk (2002), ch. 3",
            ],
            ["lme4 1.1.31, 1e-6", "lme4 1.1.31, 1e-6"],
        ),
        ("pupils", "none"),
    ),
    define(
        "comparison",
        Kind::Effect,
        ["b_j ± z SE_j", "b_j ± z SE_j"],
        (
            [
                "Goldstein & Healy (1995), JRSS A 158, 175-177",
                "Goldstein & Healy (1995), JRSS A 158, 175-177",
            ],
            [
                "de definitie met uniroot in R 4.2.2, 1e-9",
                "the definition with uniroot in R 4.2.2, 1e-9",
            ],
        ),
        ("pupils", "none"),
    ),
    define(
        "shrunken",
        Kind::Effect,
        ["E(u_j ", " y)"],
        (
            [
                "Robinson (1991), Statistical Science 6, 15-32; Raudenbush & Bryk (2002), ch. 3",
                "Robinson (1991), Statistical Science 6, 15-32; Raudenbush & Bryk (2002), ch. 3",
            ],
            [
                "lme4 1.1.31 ranef(condVar = TRUE), 1e-6",
                "lme4 1.1.31 ranef(condVar = TRUE), 1e-6",
            ],
        ),
        ("pupils", "signed"),
    ),
    define(
        "effect_reliability",
        Kind::Effect,
        ["τ² / (τ² + SE_j²)", "τ² / (τ² + SE_j²)"],
        (
            [
                "Raudenbush & Bryk (2002), Hierarchical linear models",
                "Raudenbush & Bryk (2002), Hierarchical linear models",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("pupils", "reliable"),
    ),
    define(
        "p_top",
        Kind::Effect,
        ["P(rang(u_j) ≤ m ", " y)|P(rank(u_j) ≤ m | y)"],
        (
            [
                "Goldstein & Spiegelhalter (1996), JRSS A 159, 385-443",
                "Goldstein & Spiegelhalter (1996), JRSS A 159, 385-443",
            ],
            [
                "de exacte kans van twee scholen met de hand",
                "the exact probability of two schools by hand",
            ],
        ),
        ("pupils", "none"),
    ),
    define(
        "months",
        Kind::Effect,
        ["12 · effect / β̄_before", "12 · effect / β̄_before"],
        (
            ["", ""],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("pupils", "signed"),
    ),
    define(
        "n_pupils",
        Kind::Effect,
        ["n", "n"],
        (["", ""], ["", ""]),
        ("pupils", "count"),
    ),
    define(
        "hedges_g",
        Kind::Contrast,
        ["g = J(ν) (x̄_h − x̄_l) / s_p", "g = J(ν) (x̄_h − x̄_l) / s_p"],
        (
            [
                "Hedges (1981), J. Educ. Stat. 6, 107-128; Steiger & Fouladi (1997)",
                "Hedges (1981), J. Educ. Stat. 6, 107-128; Steiger & Fouladi (1997)",
            ],
            [
                "effectsize hedges_g 0.8.3, g 1e-9, interval 1e-5",
                "effectsize hedges_g 0.8.3, g 1e-9, interval 1e-5",
            ],
        ),
        ("schools", "signed"),
    ),
    define(
        "difference",
        Kind::Contrast,
        ["x̄_h − x̄_l", "x̄_h − x̄_l"],
        (
            ["", ""],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("schools", "signed"),
    ),
    define(
        "mean_high",
        Kind::Contrast,
        ["x̄_h", "x̄_h"],
        (["", ""], ["", ""]),
        ("schools", "neutral"),
    ),
    define(
        "mean_low",
        Kind::Contrast,
        ["x̄_l", "x̄_l"],
        (["", ""], ["", ""]),
        ("schools", "neutral"),
    ),
    define(
        "n_schools",
        Kind::Contrast,
        ["n", "n"],
        (["", ""], ["", ""]),
        ("schools", "count"),
    ),
    define(
        "p_value",
        Kind::Contrast,
        [
            "#{",
            "S − mid| ≥ |S_obs − mid|} / #verdelingen|#{|S − mid| ≥ |S_obs − mid|} / #divisions",
        ],
        (
            [
                "Westfall & Young (1993); Phipson & Smyth (2010)",
                "Westfall & Young (1993); Phipson & Smyth (2010)",
            ],
            [
                "volledige opsomming in numpy 2.4.6, 1e-9",
                "full enumeration in numpy 2.4.6, 1e-9",
            ],
        ),
        ("schools", "chance"),
    ),
    define(
        "p_adjusted",
        Kind::Contrast,
        [
            "maxT, Holm of Benjamini-Hochberg",
            "maxT, Holm or Benjamini-Hochberg",
        ],
        (
            [
                "Westfall & Young (1993); Holm (1979); Benjamini & Hochberg (1995)",
                "Westfall & Young (1993); Holm (1979); Benjamini & Hochberg (1995)",
            ],
            [
                "R p.adjust 4.2.2, statsmodels 0.15.0; maxT: numpy 2.4.6, 1e-9",
                "R p.adjust 4.2.2, statsmodels 0.15.0; maxT: numpy 2.4.6, 1e-9",
            ],
        ),
        ("schools", "chance"),
    ),
    define(
        "detectable_d",
        Kind::Contrast,
        ["d : power(d) = 0,8", "d : power(d) = 0.8"],
        (
            ["Cohen (1988), ch. 2", "Cohen (1988), ch. 2"],
            [
                "R power.t.test(strict = TRUE) 4.2.2, 1e-6",
                "R power.t.test(strict = TRUE) 4.2.2, 1e-6",
            ],
        ),
        ("schools", "none"),
    ),
    define(
        "r",
        Kind::Contrast,
        ["r = s_xy / (s_x s_y)", "r = s_xy / (s_x s_y)"],
        (
            [
                "Raudenbush (2009); Knapp & Hartung (2003), Stat. Med. 22, 2693-2710",
                "Raudenbush (2009); Knapp & Hartung (2003), Stat. Med. 22, 2693-2710",
            ],
            [
                "metafor rma(test = \"knha\") 3.8-1, 1e-6",
                "metafor rma(test = \"knha\") 3.8-1, 1e-6",
            ],
        ),
        ("schools", "signed"),
    ),
    define(
        "verdict",
        Kind::Contrast,
        ["", ""],
        (
            [
                "Schuirmann (1987); Wellek (2010), ch. 6.1",
                "Schuirmann (1987); Wellek (2010), ch. 6.1",
            ],
            ["R pt(ncp) 4.2.2, 1e-9", "R pt(ncp) 4.2.2, 1e-9"],
        ),
        ("schools", "none"),
    ),
    define(
        "opened_days",
        Kind::Seen,
        ["t_open(k + 1) − t_first", "t_open(k + 1) − t_first"],
        (["", ""], ["", ""]),
        ("none", "count"),
    ),
];
