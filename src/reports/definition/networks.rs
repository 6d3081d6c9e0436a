//! What is measured of networks, of who answered and of change.

use super::{Definition, Kind, define};

pub const OF_NETWORKS: [Definition; 36] = [
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
];
