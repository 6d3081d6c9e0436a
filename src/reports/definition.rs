//! What each number of the research desk is: formula, direction, what missing answers do to it, where it comes from and
//! what it was held against. The words stand in the locale under `define-NAME`; here is what both languages share.

use crate::locale::Words;

#[derive(Debug, Clone, Copy)]
pub struct Definition {
    pub name: &'static str,
    pub kind: Kind,
    /// In Dutch and in English; mostly the same.
    formula: [&'static str; 2],
    source: [&'static str; 2],
    agrees: [&'static str; 2],
    missing: &'static str,
    direction: &'static str,
}

/// What a number is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Network,
    Data,
    Change,
    Actor,
    Scale,
    Effect,
    Contrast,
    Seen,
}

/// A definition in the reader's language; empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub what: String,
    pub formula: String,
    pub direction: String,
    pub missing: String,
    pub source: String,
    pub agrees: String,
}

pub fn of(name: &str) -> Option<&'static Definition> {
    DEFINITIONS
        .iter()
        .find(|definition| definition.name == name)
}

impl Definition {
    pub fn told(&self, w: Words) -> Told {
        let own = |both: [&str; 2]| both[usize::from(w.tag() == "en")].to_owned();
        Told {
            name: w.t(&format!("measure-{}", self.name)),
            what: w.t(&format!("define-{}", self.name)),
            formula: own(self.formula),
            direction: w.t(&format!("define-direction-{}", self.direction)),
            missing: w.t(&format!("define-missing-{}", self.missing)),
            source: own(self.source),
            agrees: own(self.agrees),
        }
    }
}

const fn define(
    name: &'static str,
    kind: Kind,
    formula: [&'static str; 2],
    (source, agrees): ([&'static str; 2], [&'static str; 2]),
    (missing, direction): (&'static str, &'static str),
) -> Definition {
    Definition {
        name,
        kind,
        formula,
        source,
        agrees,
        missing,
        direction,
    }
}

/// In the order in which a study is read.
pub const DEFINITIONS: [Definition; 61] = [
    define(
        "density",
        Kind::Network,
        [
            "m / bekende cellen; alles bekend: L / (n (n − 1))",
            "m / known cells; with every cell known L / (n (n − 1))",
        ],
        (
            [
                "Wasserman & Faust (1994), eq. 4.5; Huisman (2009)",
                "Wasserman & Faust (1994), eq. 4.5; Huisman (2009)",
            ],
            [
                "sna gden 2.7-1, python-igraph Graph.density 1.0.0, 1e-9",
                "sna gden 2.7-1, python-igraph Graph.density 1.0.0, 1e-9",
            ],
        ),
        ("pairs", "neutral"),
    ),
    define(
        "dyadic_reciprocity",
        Kind::Network,
        ["M / (M + A)", "M / (M + A)"],
        (
            [
                "Wasserman & Faust (1994), section 13.2",
                "Wasserman & Faust (1994), section 13.2",
            ],
            [
                "sna grecip(dyadic.nonnull) 2.7-1, igraph reciprocity(ratio) 1.3.5, 1e-9",
                "sna grecip(dyadic.nonnull) 2.7-1, igraph reciprocity(ratio) 1.3.5, 1e-9",
            ],
        ),
        ("dyads", "neutral"),
    ),
    define(
        "tie_reciprocity",
        Kind::Network,
        ["2M / (2M + A)", "2M / (2M + A)"],
        (
            [
                "Wasserman & Faust (1994), section 13.2",
                "Wasserman & Faust (1994), section 13.2",
            ],
            [
                "sna grecip(edgewise) 2.7-1, igraph reciprocity 1.3.5, networkx overall_reciprocity 3.6.1, 1e-9",
                "sna grecip(edgewise) 2.7-1, igraph reciprocity 1.3.5, networkx overall_reciprocity 3.6.1, 1e-9",
            ],
        ),
        ("dyads", "neutral"),
    ),
    define(
        "in_degree_centralization",
        Kind::Network,
        [
            "Σ_i (max_j d_j − d_i) / (n − 1)²",
            "Σ_i (max_j d_j − d_i) / (n − 1)²",
        ],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            [
                "sna centralization(indegree) 2.7-1, igraph centr_degree(in) 1.3.5, 1e-9",
                "sna centralization(indegree) 2.7-1, igraph centr_degree(in) 1.3.5, 1e-9",
            ],
        ),
        ("lower", "hangs"),
    ),
    define(
        "out_degree_centralization",
        Kind::Network,
        [
            "Σ_i (max_j d_j − d_i) / (n − 1)²",
            "Σ_i (max_j d_j − d_i) / (n − 1)²",
        ],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            [
                "sna centralization(outdegree) 2.7-1, igraph centr_degree(out) 1.3.5, 1e-9",
                "sna centralization(outdegree) 2.7-1, igraph centr_degree(out) 1.3.5, 1e-9",
            ],
        ),
        ("lower", "hangs"),
    ),
    define(
        "weak_transitivity",
        Kind::Network,
        [
            "#(x_ij = x_jk = x_ik = 1) / #(x_ij = x_jk = 1)",
            "#(x_ij = x_jk = x_ik = 1) / #(x_ij = x_jk = 1)",
        ],
        (
            [
                "Holland & Leinhardt (1971); Wasserman & Faust (1994), section 6.5.3",
                "Holland & Leinhardt (1971); Wasserman & Faust (1994), section 6.5.3",
            ],
            [
                "sna gtrans(weak) 2.7-1, 1e-9",
                "sna gtrans(weak) 2.7-1, 1e-9",
            ],
        ),
        ("triples", "neutral"),
    ),
    define(
        "degree_centralization",
        Kind::Network,
        [
            "Σ_i (max_j d_j − d_i) / (2 (n − 1)(n − 2))",
            "Σ_i (max_j d_j − d_i) / (2 (n − 1)(n − 2))",
        ],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            [
                "sna centralization(freeman) 2.7-1, igraph centr_degree(all) 1.3.5, 1e-9",
                "sna centralization(freeman) 2.7-1, igraph centr_degree(all) 1.3.5, 1e-9",
            ],
        ),
        ("lower", "hangs"),
    ),
    define(
        "betweenness_centralization",
        Kind::Network,
        [
            "Σ_i (max_j b_j − b_i) / ((n − 1)² (n − 2))",
            "Σ_i (max_j b_j − b_i) / ((n − 1)² (n − 2))",
        ],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            [
                "sna centralization(betweenness) 2.7-1, 1e-9",
                "sna centralization(betweenness) 2.7-1, 1e-9",
            ],
        ),
        ("absent", "hangs"),
    ),
    define(
        "weak_components",
        Kind::Network,
        ["aantal zwakke componenten", "number of weak components"],
        (
            [
                "Harary, Norman & Cartwright (1965)",
                "Harary, Norman & Cartwright (1965)",
            ],
            [
                "sna components(weak) 2.7-1, python-igraph 1.0.0",
                "sna components(weak) 2.7-1, python-igraph 1.0.0",
            ],
        ),
        ("absent", "apart"),
    ),
    define(
        "isolates",
        Kind::Network,
        ["#{i : d_in = d_out = 0}", "#{i : d_in = d_out = 0}"],
        (
            [
                "Wasserman & Faust (1994), section 4.2.3",
                "Wasserman & Faust (1994), section 4.2.3",
            ],
            ["sna isolates 2.7-1", "sna isolates 2.7-1"],
        ),
        ("absent", "apart"),
    ),
    define(
        "connectedness",
        Kind::Network,
        [
            "Σ_c n_c (n_c − 1) / (n (n − 1))",
            "Σ_c n_c (n_c − 1) / (n (n − 1))",
        ],
        (
            ["Krackhardt (1994)", "Krackhardt (1994)"],
            [
                "sna connectedness 2.7-1, 1e-9",
                "sna connectedness 2.7-1, 1e-9",
            ],
        ),
        ("absent", "neutral"),
    ),
    define(
        "report_agreement",
        Kind::Network,
        ["(M + N) / (M + A + N)", "(M + N) / (M + A + N)"],
        (
            [
                "Krackhardt (1990), ASQ 35, 342-369",
                "Krackhardt (1990), ASQ 35, 342-369",
            ],
            [
                "sna grecip(dyadic) 2.7-1, 1e-9",
                "sna grecip(dyadic) 2.7-1, 1e-9",
            ],
        ),
        ("dyads", "together"),
    ),
    define(
        "report_kappa",
        Kind::Network,
        ["κ = (P_o − P_e) / (1 − P_e)", "κ = (P_o − P_e) / (1 − P_e)"],
        (
            ["Cohen (1960); Scott (1955)", "Cohen (1960); Scott (1955)"],
            [
                "sna grecip(correlation) 2.7-1, 1e-9",
                "sna grecip(correlation) 2.7-1, 1e-9",
            ],
        ),
        ("dyads", "together"),
    ),
    define(
        "mean_degree",
        Kind::Network,
        ["(n − 1) · m / bekende cellen", "(n − 1) · m / known cells"],
        (
            [
                "Wasserman & Faust (1994), section 4.3",
                "Wasserman & Faust (1994), section 4.3",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("pairs", "neutral"),
    ),
    define(
        "in_degree_sd",
        Kind::Network,
        ["√(Σ_i (d_i − d̄)² / (n − 1))", "√(Σ_i (d_i − d̄)² / (n − 1))"],
        (
            [
                "Snijders (1981), Social Networks 3, 163-174",
                "Snijders (1981), Social Networks 3, 163-174",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("lower", "hangs"),
    ),
    define(
        "in_degree_gini",
        Kind::Network,
        ["Σ_i Σ_j ", "d_i − d_j| / (2n Σ_i d_i)"],
        (
            ["Gini (1912)", "Gini (1912)"],
            [
                "de dubbele som van de definitie, 1e-12",
                "the double sum of the definition, 1e-12",
            ],
        ),
        ("lower", "hangs"),
    ),
    define(
        "in_isolates",
        Kind::Network,
        ["#{i : Σ_j x_ji = 0}", "#{i : Σ_j x_ji = 0}"],
        (
            [
                "Wasserman & Faust (1994), section 4.3",
                "Wasserman & Faust (1994), section 4.3",
            ],
            [
                "tellen volgens de definitie, alle netwerken van vier",
                "counting by definition, all networks of four",
            ],
        ),
        ("absent", "apart"),
    ),
    define(
        "n_actors",
        Kind::Data,
        ["n", "n"],
        (["", ""], ["", ""]),
        ("people", "count"),
    ),
    define(
        "n_responded",
        Kind::Data,
        ["n_r", "n_r"],
        (["", ""], ["", ""]),
        ("people", "count"),
    ),
    define(
        "response_rate",
        Kind::Data,
        ["n_r / n", "n_r / n"],
        (["", ""], ["", ""]),
        ("people", "neutral"),
    ),
    define(
        "n_missing",
        Kind::Data,
        ["#{(i, j) : x_ij onbekend}", "#{(i, j) : x_ij unknown}"],
        (["", ""], ["", ""]),
        ("none", "count"),
    ),
    define(
        "dyads_observed",
        Kind::Data,
        [
            "#{i < j : x_ij, x_ji bekend} / (n (n − 1) / 2)",
            "#{i < j : x_ij, x_ji known} / (n (n − 1) / 2)",
        ],
        (["", ""], ["", ""]),
        ("none", "neutral"),
    ),
    define(
        "missing_range",
        Kind::Data,
        [
            "[min, max] over alle invullingen",
            "[min, max] over all completions",
        ],
        (
            ["", ""],
            [
                "alle invullingen van kleine netwerken",
                "every completion of small networks",
            ],
        ),
        ("none", "none"),
    ),
    define(
        "stayers",
        Kind::Change,
        ["", "V₁ ∩ V₂|"],
        (
            [
                "Huisman & Snijders (2003), Sociological Methods & Research 32, 253-287",
                "Huisman & Snijders (2003), Sociological Methods & Research 32, 253-287",
            ],
            ["natellen op kleine panels", "recount on small panels"],
        ),
        ("people", "count"),
    ),
    define(
        "joiners",
        Kind::Change,
        ["", "V₂ \\ V₁|"],
        (
            ["Huisman & Snijders (2003)", "Huisman & Snijders (2003)"],
            ["natellen op kleine panels", "recount on small panels"],
        ),
        ("people", "count"),
    ),
    define(
        "leavers",
        Kind::Change,
        ["", "V₁ \\ V₂|"],
        (
            ["Huisman & Snijders (2003)", "Huisman & Snijders (2003)"],
            ["natellen op kleine panels", "recount on small panels"],
        ),
        ("people", "count"),
    ),
    define(
        "jaccard",
        Kind::Change,
        ["N₁₁ / (N₁₁ + N₁₀ + N₀₁)", "N₁₁ / (N₁₁ + N₁₀ + N₀₁)"],
        (
            [
                "Jaccard (1900); Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60",
                "Jaccard (1900); Snijders, Van de Bunt & Steglich (2010), Social Networks 32, 44-60",
            ],
            [
                "telling naast sna gcor 2.7-1, 1e-9",
                "counts beside sna gcor 2.7-1, 1e-9",
            ],
        ),
        ("both_waves", "together"),
    ),
    define(
        "density_change",
        Kind::Change,
        [
            "δ₂ − δ₁ + samenstelling + eenmaal ingevuld",
            "δ₂ − δ₁ + composition + answered once",
        ],
        (
            [
                "Kitagawa (1955), JASA 50, 1168-1194",
                "Kitagawa (1955), JASA 50, 1168-1194",
            ],
            [
                "het verschil van beide dichtheden, 1e-12",
                "the difference of both densities, 1e-12",
            ],
        ),
        ("pairs", "signed"),
    ),
    define(
        "density_behaviour",
        Kind::Change,
        ["N₀₁ / K_B − N₁₀ / K_B", "N₀₁ / K_B − N₁₀ / K_B"],
        (
            ["Kitagawa (1955)", "Kitagawa (1955)"],
            [
                "de drie delen tellen op tot het geheel, 1e-12",
                "the three parts add up to the whole, 1e-12",
            ],
        ),
        ("both_waves", "signed"),
    ),
    define(
        "density_composition",
        Kind::Change,
        ["Σ_b (m_b − K_b δ_t) / K_t", "Σ_b (m_b − K_b δ_t) / K_t"],
        (
            ["Kitagawa (1955)", "Kitagawa (1955)"],
            [
                "de drie delen tellen op tot het geheel, 1e-12",
                "the three parts add up to the whole, 1e-12",
            ],
        ),
        ("pairs", "signed"),
    ),
    define(
        "density_answered_once",
        Kind::Change,
        ["(m_b − K_b δ_t) / K_t", "(m_b − K_b δ_t) / K_t"],
        (
            ["Kitagawa (1955)", "Kitagawa (1955)"],
            [
                "de drie delen tellen op tot het geheel, 1e-12",
                "the three parts add up to the whole, 1e-12",
            ],
        ),
        ("pairs", "signed"),
    ),
    define(
        "in_degree",
        Kind::Actor,
        ["Σ_j x_ji", "Σ_j x_ji"],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            ["sna degree(indegree) 2.7-1", "sna degree(indegree) 2.7-1"],
        ),
        ("lower", "neutral"),
    ),
    define(
        "out_degree",
        Kind::Actor,
        ["Σ_j x_ij", "Σ_j x_ij"],
        (
            [
                "Freeman (1979), Social Networks 1, 215-239",
                "Freeman (1979), Social Networks 1, 215-239",
            ],
            ["sna degree(outdegree) 2.7-1", "sna degree(outdegree) 2.7-1"],
        ),
        ("lower", "neutral"),
    ),
    define(
        "in_degree_share",
        Kind::Actor,
        ["k_i / (n − 1)", "k_i / (n − 1)"],
        (
            [
                "Bakkenes, De Brabander & Imants (1999), EAQ 35, 166-202",
                "Bakkenes, De Brabander & Imants (1999), EAQ 35, 166-202",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("lower", "neutral"),
    ),
    define(
        "in_degree_rank",
        Kind::Actor,
        [
            "1 + #{k_j > k_i} + ½ #{k_j = k_i, j ≠ i}",
            "1 + #{k_j > k_i} + ½ #{k_j = k_i, j ≠ i}",
        ],
        (
            [
                "Bakkenes, De Brabander & Imants (1999)",
                "Bakkenes, De Brabander & Imants (1999)",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("lower", "none"),
    ),
    define(
        "isolate",
        Kind::Actor,
        ["k_in = k_out = 0", "k_in = k_out = 0"],
        (
            [
                "Bakkenes, De Brabander & Imants (1999)",
                "Bakkenes, De Brabander & Imants (1999)",
            ],
            ["de definitie met de hand", "the definition by hand"],
        ),
        ("lower", "none"),
    ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;
    use crate::evaluation::{catalogue, change};

    #[test]
    fn every_definition_is_said_in_both_languages() {
        for language in Language::ALL {
            for definition in &DEFINITIONS {
                let told = definition.told(Words(language));
                for text in [&told.name, &told.what, &told.direction, &told.missing] {
                    let unsaid = text.is_empty()
                        || text.starts_with("define-")
                        || text.starts_with("measure-");
                    assert!(!unsaid, "{}: {text}", definition.name);
                }
            }
        }
        let mut names: Vec<&str> = DEFINITIONS.iter().map(|one| one.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DEFINITIONS.len());
    }

    #[test]
    fn what_the_plan_measures_is_defined_and_what_is_defined_can_be_measured() {
        for name in catalogue::PRINCIPAL {
            assert!(of(name).is_some(), "{name}");
        }
        for definition in &DEFINITIONS {
            let known = match definition.kind {
                Kind::Network => catalogue::network_names().any(|name| name == definition.name),
                Kind::Change => change::MEASURES.contains(&definition.name),
                _ => true,
            };
            assert!(known, "{}", definition.name);
        }
    }
}
