//! Figures as geometry: names never over each other, nothing beyond the frame, the same bytes each time, and text that is
//! there in a picture without any font of the machine. `--ignored` writes all of them for eyes to `target/figures`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::language::Language;
use schakel::locale::Words;
use schakel::reports::figure::agreement_strip::{
    StripRow, StripWords as AgreementWords, agreement_strip,
};
use schakel::reports::figure::axis::Axis;
use schakel::reports::figure::caterpillar::{CaterpillarRow, CaterpillarWords, caterpillar};
use schakel::reports::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};
use schakel::reports::figure::group_picture::{Arrow, Circle, GroupWords, group_picture};
use schakel::reports::figure::likert_bars::{LikertRow, LikertWords, likert_bars};
use schakel::reports::figure::network_picture::{
    Dot as NetworkDot, Drawing, Line, ManyWords, PictureWords, large, many,
};
use schakel::reports::figure::response_matrix::{ResponseRow, ResponseWords, response_matrix};
use schakel::reports::figure::scale_profile::{
    ProfilePoint, ProfileRow, ProfileWords, scale_profile,
};
use schakel::reports::figure::sociogram::{Dot, Naming, SociogramWords, sociogram};
use schakel::reports::figure::sociomatrix::{MatrixCell, MatrixPerson, MatrixWords, sociomatrix};
use schakel::reports::figure::svg::{Anchor, Area, Look};
use schakel::reports::figure::wave_strip::{StripWords, Value, WavePoint, wave_strip};
use schakel::reports::figure::{Figure, Heading, png, standalone};
use schakel_analysis::drawing::stress::stress_layout;
use schakel_analysis::network::network::Network;

const FIRST: [&str; 20] = [
    "Annemarie",
    "Bo",
    "Catharina",
    "Daan",
    "Elisabeth-Louise",
    "Fatima",
    "Geert-Jan",
    "Hanneke",
    "Ibrahim",
    "Jacqueline",
    "Kees",
    "Liesbeth",
    "Mohammed",
    "Noortje",
    "Olivier",
    "Pleun",
    "Roos",
    "Sjoukje",
    "Tjitske",
    "Willem",
];
const LAST: [&str; 14] = [
    "de Vries",
    "van den Broek-Hendriks",
    "El Amrani",
    "Jansen",
    "ten Cate",
    "van 't Schip",
    "Özdemir",
    "Bakker",
    "van Oudheusden",
    "Schoenmakers",
    "de la Rive Box",
    "Wu",
    "Nieuwenhuijzen Kruseman",
    "Šimić",
];

fn w(language: Language) -> Words {
    Words(language)
}

fn team(n: usize, seed: u64) -> (Vec<Dot>, Vec<(usize, usize)>) {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut names: Vec<String> = FIRST
        .iter()
        .flat_map(|first| LAST.iter().map(move |last| format!("{first} {last}")))
        .collect();
    names.shuffle(&mut rng);
    let mut ties = Vec::new();
    for i in 0..n {
        for j in 0..n {
            if i != j && rng.random_bool((4.0 / n as f64).min(0.35)) {
                ties.push((i, j));
                if rng.random_bool(0.4) {
                    ties.push((j, i));
                }
            }
        }
    }
    ties.sort_unstable();
    ties.dedup();
    let mut net = Network::builder(n);
    for (ego, alter) in &ties {
        net.tie(*ego, *alter, 1.0);
    }
    let net = net.build(0.0).unwrap();
    let places = stress_layout(&[&net]).unwrap();
    let dots = names
        .into_iter()
        .take(n)
        .enumerate()
        .map(|(index, label)| Dot {
            label,
            x: places[index].unwrap().x,
            y: places[index].unwrap().y,
            group: Some(index % 3),
        })
        .collect();
    (dots, ties)
}

fn says(language: Language, nl: &str, en: &str) -> String {
    match language {
        Language::Nl => nl.to_owned(),
        Language::En => en.to_owned(),
    }
}

fn heading(language: Language, id: &str) -> Heading {
    Heading::new(
        id,
        says(
            language,
            "Gesprekken over doelen bij T2 <proef>",
            "Talks about goals at T2 <test>",
        ),
        says(
            language,
            "Wat de figuur laat zien & meer",
            "What the figure shows & more",
        ),
        w(language),
    )
}

fn sociogram_of(language: Language, n: usize, seed: u64, naming: Naming) -> Figure {
    let (dots, ties) = team(n, seed);
    let words = SociogramWords {
        mutual: says(language, "noemden elkaar", "named each other"),
        one_way: says(language, "één noemde de ander", "one named the other"),
        person: says(language, "Collega", "Colleague"),
        named: says(language, "Noemde", "Named"),
        people: says(language, "Mensen", "People"),
    };
    let groups: Vec<String> = match language {
        Language::Nl => ["onderbouw", "middenbouw", "bovenbouw"],
        Language::En => ["lower years", "middle years", "upper years"],
    }
    .map(str::to_owned)
    .to_vec();
    let id = format!("sociogram-{n}-{seed}-{naming:?}").to_lowercase();
    sociogram(
        &heading(language, &id),
        &words,
        &groups,
        &dots,
        &ties,
        naming,
    )
}

fn strip(language: Language) -> Figure {
    let words = StripWords {
        axis: says(language, "van elke tien keer", "of every ten times"),
        wave: says(language, "Meting", "Wave"),
        value: says(language, "Hoe vaak", "How often"),
        withheld: says(language, "tonen we niet", "not shown"),
        usual: says(
            language,
            "zo liggen de meeste scholen van uw grootte",
            "where most schools of your size lie",
        ),
    };
    let point = |wave: &str, about: Option<(f64, f64, f64)>| WavePoint {
        wave: wave.to_owned(),
        value: about
            .map(|(from, about, to)| Value {
                from,
                to,
                about: Some(about),
                said: format!(
                    "{}–{}",
                    w(language).decimal(from, 1),
                    w(language).decimal(to, 1)
                ),
            })
            .ok_or_else(|| says(language, "Te weinig antwoorden.", "Too few answers.")),
        usual: Some((3.0, 5.0)),
    };
    let points = [
        point("T1", Some((3.5, 4.0, 5.0))),
        point("T2", None),
        point("T3", Some((4.0, 4.5, 6.0))),
        point(
            &says(language, "nameting", "follow-up"),
            Some((0.0, 1.0, 1.5)),
        ),
    ];
    let axis = Axis::whole(w(language), 0, 10, 2);
    wave_strip(&heading(language, "strip"), &words, &axis, &points)
}

fn profile(language: Language) -> Figure {
    let words = ProfileWords {
        scale: says(language, "Onderwerp", "Subject"),
        wave: says(language, "Meting", "Wave"),
        mean: says(language, "Gemiddelde", "Mean"),
        usual: says(
            language,
            "hier liggen de meeste scholen",
            "where most schools lie",
        ),
        withheld: says(language, "tonen we niet", "not shown"),
    };
    let row = |nl: &str, en: &str, at: f64| ProfileRow {
        label: says(language, nl, en),
        minimum: 1.0,
        maximum: 5.0,
        waves: ["T1", "T2", "T3"]
            .iter()
            .zip([0.0, 0.4, 0.2])
            .map(|(wave, by)| ProfilePoint {
                wave: (*wave).to_owned(),
                mean: if *wave == "T2" && at > 4.0 {
                    Err(says(
                        language,
                        "Zo kan niemand afleiden wat één collega invulde.",
                        "So nobody can tell one answer.",
                    ))
                } else {
                    Ok(at + by)
                },
                usual: (*wave != "T1").then_some((2.9, 3.8)),
            })
            .collect(),
    };
    let rows = [
        row(
            "Houding tegenover het gebruik van gegevens uit het leerlingvolgsysteem",
            "Attitude to using data of the pupil monitoring system",
            3.1,
        ),
        row("Prestatiegerichtheid", "Achievement orientation", 4.2),
        row(
            "Samenwerken aan ambitieuze leerdoelen",
            "Working together on ambitious goals",
            1.0,
        ),
    ];
    scale_profile(&heading(language, "profile"), &words, &rows)
}

fn likert(language: Language) -> Figure {
    let words = LikertWords {
        answers: match language {
            Language::Nl => [
                "helemaal mee oneens",
                "mee oneens",
                "niet eens, niet oneens",
                "mee eens",
                "helemaal mee eens",
            ],
            Language::En => [
                "strongly disagree",
                "disagree",
                "neither",
                "agree",
                "strongly agree",
            ],
        }
        .map(str::to_owned)
        .to_vec(),
        item: says(language, "Vraag", "Question"),
        n: "n".to_owned(),
    };
    let rows: Vec<LikertRow> = [
        vec![1, 2, 4, 8, 5],
        vec![6, 3, 1, 5, 6],
        vec![9, 8, 2, 1, 0],
        vec![0, 3, 14, 3, 0],
    ]
    .into_iter()
    .enumerate()
    .map(|(index, counts)| LikertRow {
        label: says(
            language,
            "Bij ons op school bespreken we de resultaten van het leerlingvolgsysteem met elkaar",
            "At our school we discuss the results of the pupil monitoring system with each other",
        )[..if index == 1 { 23 } else { 76 }]
            .to_owned(),
        counts,
    })
    .collect();
    likert_bars(&heading(language, "likert"), &words, &rows)
}

fn groups_of(language: Language, n: usize) -> Figure {
    let names = match language {
        Language::Nl => [
            vec!["onderbouw en", "ondersteuningsteam"],
            vec!["bovenbouw"],
            vec!["middenbouw"],
            vec!["onderwijsondersteunend personeel"],
            vec!["specialisten"],
        ],
        Language::En => [
            vec!["lower years and", "support team"],
            vec!["upper years"],
            vec!["middle years"],
            vec!["supporting staff of all kinds"],
            vec!["specialists"],
        ],
    };
    let said = |band: u8| match language {
        Language::Nl => format!("{} tot {} van de 10", band * 2, band * 2 + 2),
        Language::En => format!("{} to {} of 10", band * 2, band * 2 + 2),
    };
    let circles: Vec<Circle> = (0..n)
        .map(|index| {
            let within = (index != 2).then_some(((index + 3) % 5) as u8);
            let people = 5 + index * 4;
            Circle {
                label: names[index % 5]
                    .iter()
                    .map(|line| (*line).to_owned())
                    .collect(),
                lines: vec![
                    says(
                        language,
                        &format!("{people} mensen"),
                        &format!("{people} people"),
                    ),
                    within.map_or_else(|| says(language, "tonen we niet", "not shown"), said),
                ],
                n: people,
                within,
            }
        })
        .collect();
    let arrows: Vec<Arrow> = (0..n)
        .flat_map(|from| (0..n).map(move |to| (from, to)))
        .filter(|(from, to)| from != to && !(*from == 1 && *to == 2))
        .map(|(from, to)| {
            let band = ((from * 2 + to) % 5) as u8;
            Arrow {
                from,
                to,
                band,
                said: said(band),
            }
        })
        .collect();
    let words = GroupWords {
        from: says(language, "Van", "From"),
        to: says(language, "Naar", "To"),
        share: says(language, "Hoe vaak", "How often"),
        seldom: says(language, "minder vaak", "less often"),
        often: says(language, "vaker", "more often"),
        within: says(language, "binnen de groep", "within the group"),
        missing: (n > 2).then(|| {
            says(
                language,
                "3 pijlen tonen we niet: geen pijl betekent niet dat niemand genoemd is.",
                "3 arrows are not shown: no arrow does not mean that nobody was named.",
            )
        }),
        withheld: says(language, "tonen we niet", "not shown"),
    };
    group_picture(
        &heading(language, &format!("groups-{n}")),
        &words,
        &circles,
        &arrows,
    )
}

fn matrix(language: Language, n: usize) -> Figure {
    let (dots, ties) = team(n, 3);
    let people: Vec<MatrixPerson> = dots
        .iter()
        .zip(1..)
        .map(|(dot, number)| MatrixPerson {
            label: dot.label.clone(),
            number,
            group: dot.group.map(|group| group.to_string()),
        })
        .collect();
    let cells: Vec<Vec<MatrixCell>> = (0..n)
        .map(|ego| {
            (0..n)
                .map(|alter| match () {
                    () if ego == alter || alter == 2 => MatrixCell::Impossible,
                    () if ego % 7 == 5 => MatrixCell::Unknown,
                    () if ties.contains(&(ego, alter)) => MatrixCell::Named,
                    () => MatrixCell::NotNamed,
                })
                .collect()
        })
        .collect();
    let words = MatrixWords {
        named: says(language, "genoemd", "named"),
        not_named: says(language, "niet genoemd", "not named"),
        unknown: says(language, "onbekend", "unknown"),
        person: says(language, "Collega", "Colleague"),
    };
    sociomatrix(
        &heading(language, &format!("matrix-{n}")),
        &words,
        &people,
        &cells,
    )
}

fn forest(language: Language) -> Figure {
    let row = |nl: &str, en: &str, effect, verdict| PlotRow {
        label: says(language, nl, en),
        effect,
        verdict,
        over_all: Some((0.3, -0.1, 0.6)),
    };
    let rows = [
        row(
            "Dichtheid, gesprekken over de voortgang van leerlingen · T1",
            "Density, talks about the progress of pupils · T1",
            Some((0.4, -0.6, 1.4)),
            Mark::CannotTell,
        ),
        row(
            "Wederkerigheid, doelen · verandering T1–T3",
            "Reciprocity, goals · change T1–T3",
            Some((1.9, 0.8, 9.0)),
            Mark::Different,
        ),
        row(
            "Prestatiegerichtheid · T2",
            "Achievement orientation · T2",
            Some((0.02, -0.15, 0.17)),
            Mark::Equivalent,
        ),
        row("Visie · T2", "Vision · T2", None, Mark::CannotTell),
    ];
    let words = PlotWords {
        w: w(language),
        title: says(
            language,
            "Verschillen tussen de hoge en de lage groep",
            "Differences between the high and the low group",
        ),
        description: says(language, "Vier vergelijkingen", "Four contrasts"),
        lower: says(
            language,
            "lager in de hoge groep",
            "lower in the high group",
        ),
        higher: says(
            language,
            "hoger in de hoge groep",
            "higher in the high group",
        ),
        axis: says(
            language,
            "Hedges’ g met 95 %-interval",
            "Hedges’ g with 95 % interval",
        ),
        undefined: says(language, "niet bepaald", "not defined"),
        over_all: says(
            language,
            "alle scholen: samenhang met het effect",
            "all schools: correlation with the effect",
        ),
        margin: says(
            language,
            "geldt als geen verschil",
            "held to be no difference",
        ),
    };
    contrast_plot("forest", &words, Some(0.2), &rows)
}

fn effects(language: Language) -> Figure {
    let rows: Vec<CaterpillarRow> = (0..24)
        .map(|index| {
            let effect = 6.0 - 0.45 * f64::from(index);
            CaterpillarRow {
                label: format!("school-{index:03}"),
                effect,
                comparison: Some((effect - 0.7, effect + 0.7)),
                interval: Some((effect - 1.1, effect + 1.1)),
                shrunken: Some(0.8 * effect),
                chosen: !(4..20).contains(&index),
            }
        })
        .collect();
    let words = CaterpillarWords {
        w: w(language),
        title: says(language, "Effect per school", "Effect per school"),
        description: says(language, "24 scholen", "24 schools"),
        axis: says(language, "punten per schooljaar", "points a school year"),
        mean: says(language, "gemiddelde", "mean"),
        zero: says(language, "geen effect", "no effect"),
        columns: ["School", "Effect", "a", "b", "c"].map(str::to_owned),
    };
    caterpillar("effects", &words, Some(1.1), &rows)
}

fn agreement(language: Language) -> Figure {
    let rows = ["T1", "T2", "T3"].map(|wave| StripRow {
        label: wave.to_owned(),
        schools: if wave == "T2" {
            Vec::new()
        } else {
            (0..40).map(|at| 0.5 + 0.012 * f64::from(at)).collect()
        },
        quartiles: (wave != "T2").then_some([0.62, 0.74, 0.85]),
    });
    let words = AgreementWords {
        w: w(language),
        title: says(language, "Overeenstemming", "Agreement"),
        description: says(language, "Een streep per school", "A stroke per school"),
        axis: "rwg(j)".to_owned(),
        agreed: w(language).decimal(0.7, 2),
        none: says(language, "niet bepaald", "not defined"),
        ticks: [0, 2, 4, 6, 8, 10].map(|at| w(language).decimal(f64::from(at) / 10.0, 1)),
    };
    agreement_strip("agreement", &words, 0.7, &rows)
}

fn response(language: Language) -> Figure {
    let rows: Vec<ResponseRow> = (0..9)
        .map(|index| ResponseRow {
            label: if index == 3 {
                "Openbare basisschool De Regenboog-Noord".to_owned()
            } else {
                format!("school-{index:03}")
            },
            waves: vec![
                Some((15 - index, 17)),
                (index != 2).then_some((4 + index, 18)),
                Some((18, 18)),
            ],
        })
        .collect();
    let words = ResponseWords {
        school: "School".to_owned(),
        none: says(language, "niet gevraagd", "not asked"),
        threshold: says(
            language,
            "hieronder zeggen we niets over structuur (gearceerd)",
            "below this nothing is said about structure (hatched)",
        ),
    };
    let waves = ["T1", "T2", "T3"].map(str::to_owned);
    response_matrix(&heading(language, "response"), &words, &waves, &rows, 0.6)
}

/// The same team as a sociogram has, in places that are fixed, some of them shared.
fn network(n: usize, seed: u64) -> Drawing {
    let (people, ties) = team(n, seed);
    let along = |part: f64| (part.clamp(0.0, 1.0) * 1000.0).round() as u16;
    let mut dots: Vec<NetworkDot> = people
        .iter()
        .enumerate()
        .map(|(index, dot)| NetworkDot {
            at: (along(dot.x), along(dot.y)),
            answered: index % 5 > 0,
            number: index + 1,
        })
        .collect();
    dots[1].at = dots[0].at;
    let is_tie = |one, other| ties.contains(&(one, other));
    let lines = ties
        .iter()
        .filter(|(one, other)| one < other || !is_tie(*other, *one))
        .map(|&(from, to)| Line {
            from,
            to,
            both: is_tie(to, from),
        })
        .collect();
    Drawing { dots, lines }
}

fn network_of(language: Language, n: usize) -> Figure {
    let words = PictureWords {
        number: says(language, "Nummer", "Number"),
        named: says(language, "genoemd", "named"),
    };
    large(
        &heading(language, &format!("network-{n}")),
        &words,
        &network(n, n as u64),
    )
}

fn networks_of(language: Language) -> Figure {
    let words = ManyWords {
        school: "School".to_owned(),
        people: says(language, "Actoren", "Actors"),
        ties: says(language, "Relaties", "Ties"),
    };
    let named = |place: usize| match place {
        3 => "openbare-basisschool-de-regenboog-noord".to_owned(),
        place => format!("school-{place:03}"),
    };
    let drawings: Vec<(String, Drawing)> = (0..27)
        .map(|place| (named(place), network(5 + place, place as u64)))
        .collect();
    many(&heading(language, "networks"), &words, &drawings)
}

/// Every figure with everything that makes it hard.
fn all(language: Language) -> Vec<Figure> {
    let mut figures = vec![strip(language), profile(language), likert(language)];
    figures.extend([
        forest(language),
        effects(language),
        agreement(language),
        response(language),
        networks_of(language),
    ]);
    figures.extend([4, 17, 40, 60].map(|n| network_of(language, n)));
    figures.extend((1..=7).map(|n| groups_of(language, n)));
    for n in [4, 17, 60] {
        figures.push(matrix(language, n));
        for naming in [Naming::Names, Naming::Numbers, Naming::Unlabelled] {
            figures.push(sociogram_of(language, n, 1, naming));
        }
    }
    figures
}

/// Each text of a figure with what it covers, read from the figure itself.
fn texts(svg: &str) -> Vec<(String, Area)> {
    svg.split("<text")
        .skip(1)
        .map(|rest| {
            let (head, tail) = rest.split_once('>').unwrap();
            let value = |name: &str| {
                let rest = head.split(&format!(" {name}=\"")).nth(1)?;
                Some(rest.split('"').next().unwrap())
            };
            let number = |name: &str| value(name).unwrap().parse::<f64>().unwrap();
            let mut look = Look::new(number("font-size"));
            look.anchor = match value("text-anchor") {
                Some("middle") => Anchor::Middle,
                Some("end") => Anchor::End,
                _ => Anchor::Start,
            };
            if value("font-weight").is_some() {
                look = look.bold();
            }
            let text = tail.split("</text>").next().unwrap();
            let text = text
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            let area = Area::of_text((number("x"), number("y")), look, &text);
            (text, area)
        })
        .collect()
}

fn frame(svg: &str) -> Area {
    let sides = svg
        .split("viewBox=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let sides: Vec<f64> = sides.split(' ').map(|side| side.parse().unwrap()).collect();
    Area::new(0.0, 0.0, sides[2], sides[3])
}

fn check(figure: &Figure) {
    let svg = &figure.svg;
    let (texts, frame) = (texts(svg), frame(svg));
    for (index, (text, area)) in texts.iter().enumerate() {
        assert!(
            area.within(&frame),
            "{}: {text} {area:?} beyond {frame:?}",
            figure.id
        );
        for (other, covered) in &texts[..index] {
            assert!(!area.meets(covered), "{}: {text} over {other}", figure.id);
        }
    }
    for never in [
        "style=",
        "<script",
        "foreignObject",
        "NaN",
        "inf",
        "<proef>",
        "<test>",
        "href",
    ] {
        assert!(!svg.contains(never), "{}: {never}", figure.id);
    }
    assert!(
        svg.contains("role=\"img\"")
            && svg.contains(&format!("aria-labelledby=\"{}-title\"", figure.id))
    );
    let ids: Vec<&str> = svg
        .split(" id=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id.starts_with(figure.id.as_str())));
    let n = figure.table.head.len();
    assert!(n > 1 && !figure.table.rows.is_empty(), "{}", figure.id);
    assert!(
        figure.table.rows.iter().all(|row| row.len() == n),
        "{}",
        figure.id
    );
}

#[test]
fn no_text_stands_over_another_or_beyond_the_frame() {
    for language in Language::ALL {
        for figure in all(language) {
            check(&figure);
        }
    }
}

#[test]
fn sixty_names_never_overlap_and_are_all_there() {
    let mut named = 0;
    for seed in 0..60 {
        let figure = sociogram_of(Language::Nl, 60, seed, Naming::Names);
        check(&figure);
        let (dots, _) = team(60, seed);
        let shown = texts(&figure.svg);
        // A name stands beside its dot, or in the list behind its number.
        let with = |name: &str| shown.iter().any(|(text, _)| text.ends_with(name));
        assert!(dots.iter().all(|dot| with(&dot.label)), "{seed}");
        named += usize::from(shown.iter().any(|(text, _)| *text == dots[0].label));
    }
    assert!(named >= 45, "only {named} of 60 pictures have names");
    for n in 4..40 {
        check(&sociogram_of(Language::Nl, n, n as u64, Naming::Names));
        check(&sociogram_of(Language::En, n, n as u64, Naming::Numbers));
    }
}

#[test]
fn sixty_numbers_find_room_beside_their_dots() {
    for n in [12, 40, 60] {
        let figure = network_of(Language::Nl, n);
        let shown: BTreeSet<String> = texts(&figure.svg)
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(shown.len(), n, "{n}");
    }
}

#[test]
fn a_picture_has_its_letters_and_the_same_bytes_each_time() {
    let figure = strip(Language::Nl);
    let picture = png(&figure, 720).unwrap();
    assert_eq!(&picture[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(picture, png(&figure, 720).unwrap());
    // Without its letters it is another picture: nothing came from a font of this machine, and nothing was left out.
    let mut silent = figure.clone();
    silent.svg = figure
        .svg
        .split("<text")
        .enumerate()
        .map(|(index, rest)| match index {
            0 => rest.to_owned(),
            _ => rest.split_once("</text>").unwrap().1.to_owned(),
        })
        .collect();
    let without = png(&silent, 720).unwrap();
    assert!(
        picture.len() > without.len() + 2000,
        "{} {}",
        picture.len(),
        without.len()
    );
    let alone = standalone(&figure);
    assert!(alone.contains("<style>") && !alone.contains("var("));
}

#[test]
#[ignore = "writes files for eyes"]
fn gallery() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/figures");
    std::fs::create_dir_all(&folder).unwrap();
    for language in Language::ALL {
        let mut page = String::new();
        for figure in all(language) {
            let name = format!("{}-{}", figure.id, language.tag());
            std::fs::write(folder.join(format!("{name}.svg")), standalone(&figure)).unwrap();
            std::fs::write(
                folder.join(format!("{name}.png")),
                png(&figure, 720).unwrap(),
            )
            .unwrap();
            page += &format!(
                "<div class=\"card\"><h2>{}</h2><figure class=\"figure\">{}</figure></div>",
                figure.id, figure.svg
            );
        }
        let page = format!(
            "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>{}{}</style><main>{page}</main>",
            language.tag(),
            include_str!("../src/web/assets/schakel.css"),
            schakel::reports::figure::look::PAGE_CSS.as_str()
        );
        std::fs::write(folder.join(format!("all-{}.html", language.tag())), page).unwrap();
    }
}
