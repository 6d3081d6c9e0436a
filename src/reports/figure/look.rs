//! The colours and lines of all figures: on a page by day and by night, on paper, and in a picture for download.
//!
//! No colour means anything by itself: shape, line or a word says the same. None of them says good or bad.

use std::fmt::Write as _;
use std::sync::LazyLock;

/// A colour by day, by night and on paper.
pub struct Colour {
    pub name: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub print: &'static str,
    /// Has to be seen against the ground: at least three to one.
    pub tells: bool,
}

const fn colour(
    name: &'static str,
    light: &'static str,
    dark: &'static str,
    print: &'static str,
    tells: bool,
) -> Colour {
    Colour {
        name,
        light,
        dark,
        print,
        tells,
    }
}

/// The ground on which figures stand; the card of a page.
pub const GROUND: Colour = colour("paper", "#ffffff", "#16211f", "#ffffff", false);

pub const COLOURS: [Colour; 13] = [
    GROUND,
    colour("ink", "#1d2a30", "#e4ecec", "#000000", true),
    colour("soft", "#52636b", "#a8babd", "#333333", true),
    colour("grid", "#d9e0e0", "#33454a", "#cccccc", false),
    colour("edge", "#6e7f82", "#8ca0a4", "#555555", true),
    colour("mark", "#0b5d66", "#76c7d0", "#000000", true),
    colour("other", "#8a5a00", "#e2ab5f", "#555555", true),
    colour("band", "#d3e6e8", "#25464c", "#dddddd", false),
    colour("group", "#eaf3f3", "#1f3236", "#ffffff", false),
    colour("low-end", "#6a4c93", "#b79be0", "#444444", true),
    colour("low", "#d5c9e6", "#4b3d63", "#cccccc", false),
    colour("high", "#b5d9dd", "#2d5a61", "#e8e8e8", false),
    colour("high-end", "#0b5d66", "#76c7d0", "#6a6a6a", true),
];

/// What each class looks like. Only classes: a page allows no styles within it.
const RULES: &str = "\
.fig text { fill: var(--fig-ink); }
.fig .soft { fill: var(--fig-soft); }
.fig .on { fill: var(--fig-paper); }
.fig .grid { stroke: var(--fig-grid); stroke-width: 1; fill: none; }
.fig .edge { stroke: var(--fig-edge); stroke-width: 1; fill: none; }
.fig .zero { stroke: var(--fig-edge); stroke-width: 1.5; fill: none; }
.fig .dashed { stroke: var(--fig-soft); stroke-width: 1.25; stroke-dasharray: 5 4; fill: none; }
.fig .band { fill: var(--fig-band); stroke: var(--fig-edge); stroke-width: 0.75; stroke-dasharray: 2 2; }
.fig .rule { stroke: var(--fig-mark); stroke-width: 2; fill: none; }
.fig .thin { stroke: var(--fig-mark); stroke-width: 1.25; fill: none; }
.fig .faint { stroke: var(--fig-mark); stroke-width: 1.5; stroke-opacity: 0.75; fill: none; }
.fig .thick { stroke: var(--fig-mark); stroke-width: 5; stroke-opacity: 0.7; fill: none; }
.fig .heavy { stroke: var(--fig-ink); stroke-width: 3; fill: none; }
.fig .cross { stroke: var(--fig-ink); stroke-width: 1.25; fill: none; }
.fig .mark { fill: var(--fig-mark); }
.fig .open { fill: var(--fig-paper); stroke: var(--fig-mark); stroke-width: 2; }
.fig .other { fill: var(--fig-other); }
.fig .other-rule { stroke: var(--fig-other); stroke-width: 2; fill: none; stroke-dasharray: 6 3; }
.fig .other-open { fill: var(--fig-paper); stroke: var(--fig-other); stroke-width: 2; }
.fig .group { fill: var(--fig-group); stroke: var(--fig-mark); }
.fig .unknown { fill: var(--fig-paper); stroke: var(--fig-edge); stroke-width: 1.5; stroke-dasharray: 4 4; }
.fig .tie { stroke: var(--fig-mark); fill: none; }
.fig .both { stroke: var(--fig-mark); stroke-width: 2.75; fill: none; }
.fig .one { stroke: var(--fig-edge); stroke-width: 1.25; fill: none; }
.fig .head { fill: var(--fig-edge); }
.fig .tip { fill: var(--fig-mark); }
.fig .name { stroke: var(--fig-paper); stroke-width: 3; paint-order: stroke; stroke-linejoin: round; }
.fig .node { fill: var(--fig-paper); stroke: var(--fig-ink); stroke-width: 1.75; }
.fig .solid { fill: var(--fig-ink); stroke: var(--fig-paper); stroke-width: 1; }
.fig .cell { fill: var(--fig-group); stroke: var(--fig-grid); stroke-width: 0.5; }
.fig .both-many { stroke: var(--fig-mark); stroke-width: 1.75; fill: none; }
.fig .one-many { stroke: var(--fig-edge); stroke-width: 0.9; stroke-opacity: 0.75; fill: none; }
.fig .leader { stroke: var(--fig-soft); stroke-width: 0.75; stroke-dasharray: 1.5 1.5; fill: none; }
.fig .hatch { stroke: var(--fig-edge); stroke-width: 1.5; }
.fig .low-end { fill: var(--fig-low-end); stroke: var(--fig-paper); stroke-width: 1; }
.fig .low { fill: var(--fig-low); stroke: var(--fig-edge); stroke-width: 1; }
.fig .between { fill: var(--fig-grid); stroke: var(--fig-edge); stroke-width: 1; }
.fig .high { fill: var(--fig-high); stroke: var(--fig-edge); stroke-width: 1; }
.fig .high-end { fill: var(--fig-high-end); stroke: var(--fig-paper); stroke-width: 1; }
.fig .empty { fill: none; stroke: var(--fig-edge); stroke-width: 1; }
";

/// For pages: follows day, night and paper.
pub static PAGE_CSS: LazyLock<String> = LazyLock::new(|| {
    let named = |of: fn(&Colour) -> &'static str| {
        let mut text = String::new();
        for colour in &COLOURS {
            let _ = write!(text, " --fig-{}: {};", colour.name, of(colour));
        }
        text
    };
    let (light, dark, print) = (
        named(|colour| colour.light),
        named(|colour| colour.dark),
        named(|colour| colour.print),
    );
    format!(
        "/* figures */\n:root {{{light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{{dark} }} }}\n\
         @media print {{ :root {{{print} }} }}\n\
         @media screen {{ .figure .fig.large {{ min-width: 38rem; }} }}\n{RULES}"
    )
});

/// For a picture that stands alone: by day, with every colour written out.
pub static PICTURE_CSS: LazyLock<String> = LazyLock::new(|| {
    COLOURS.iter().fold(RULES.to_owned(), |css, colour| {
        css.replace(&format!("var(--fig-{})", colour.name), colour.light)
    })
});

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(hex: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn what_tells_something_is_seen_by_day_by_night_and_on_paper() {
        let by: [fn(&Colour) -> &'static str; 3] = [
            |colour| colour.light,
            |colour| colour.dark,
            |colour| colour.print,
        ];
        for of in by {
            for colour in COLOURS.iter().filter(|colour| colour.tells) {
                let seen = contrast(of(colour), of(&GROUND));
                let least = match colour.name {
                    "ink" | "soft" => 4.5,
                    _ => 3.0,
                };
                assert!(seen >= least, "{} {seen:.2}", colour.name);
            }
            // Words stand on these.
            for ground in ["band", "group", "low", "high", "grid"] {
                let ground = COLOURS.iter().find(|colour| colour.name == ground).unwrap();
                let seen = contrast(of(&COLOURS[1]), of(ground));
                assert!(seen >= 4.5, "ink on {} {seen:.2}", ground.name);
            }
            for ground in ["mark", "low-end", "high-end"] {
                let ground = COLOURS.iter().find(|colour| colour.name == ground).unwrap();
                let seen = contrast(of(&GROUND), of(ground));
                assert!(seen >= 4.5, "paper on {} {seen:.2}", ground.name);
            }
        }
    }

    #[test]
    fn every_colour_that_is_named_is_known() {
        assert!(!PICTURE_CSS.contains("var("));
        assert!(!RULES.contains('#'));
    }
}
