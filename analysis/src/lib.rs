//! Network measures that know who did not answer, and exact comparisons of groups.
//!
//! Every function is a function of its arguments: no files, no clock, and chance only from the generator that is handed in.
//! A value that does not exist is an [`outcome::Undefined`], never NaN, 0 or a panic.
//!
//! # Symbols
//!
//! | Symbol | Means |
//! |---|---|
//! | n | actors on the roster in this wave ([`network::Network::n_actors`]); absent positions do not count |
//! | m | ties, that is cells known to be present |
//! | x_ij | 1 if i is tied to j, 0 if not; no self-ties |
//! | L | sum of all x_ij = m where every cell is known |
//! | d_i | degree of actor i: in-degree = sum_j x_ji, out-degree = sum_j x_ij |
//! | k_i, u_i | cells of actor i's column (in) or row (out) known to be present, and unknown |
//! | M, A, N | mutual, asymmetric and null dyads, both cells known |
//! | P, Q, U | dyads with one cell unknown and the other present (P) or absent (Q), and with both unknown (U) |
//! | N11, N10, N01, N00 | cells present in both networks, only in the first, only in the second, in neither |
//! | S | sum of the centred values of the high group; n1, n0 its size and that of the low group |
//! | d, J, g | standardised difference, small-sample correction, g = J d |
//! | t, ν, δ | t statistic, degrees of freedom, non-centrality |
//! | p, B | p-value, number of sampled assignments |
//! | U, W | pairs in which the high unit is higher, ties half; sum of the mid-ranks of the high group |
//! | y_j, v_j, τ² | effect of unit j, its sampling variance, variance between units |
//! | BF10, r | Bayes factor for a difference against none, scale of its Cauchy prior |

pub mod compare;
pub mod drawing;
pub mod measure;
pub mod model;
pub mod multilevel;
pub mod network;
pub mod numeric;
pub mod outcome;
pub mod scale;
