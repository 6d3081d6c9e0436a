//! The researcher's desk: every page in every state, a choice that is computed once and gives what the command line gives,
//! tables that are taken away, and definitions of all that is shown.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use schakel::conclude::{self, recipe};
use schakel::domain::fault::Faults;
use schakel::evaluation::findings::{Contrast, Findings};
use schakel::evaluation::plan::{Grouping, Plan};
use schakel::exchange::plan_toml::{self, GroupsRule};
use schakel::fieldwork::study::Study;
use schakel::storage::{Tx, conclusions, recipes, studies};
use support::databases::databases;
use support::server::{Installation, Page, Server, Visitor, rows};

/// The pages of the desk that show findings.
const PAGES: [&str; 9] = [
    "/research/data",
    "/research/scales",
    "/research/networks",
    "/research/change",
    "/research/effects",
    "/research",
    "/research/plan",
    "/research/seen",
    "/research/exports",
];

/// The pages that the menu leads to, each with others of these beside it.
const GROUPS: [(&str, &[&str]); 7] = [
    ("/research/data", &["/research/seen", "/research/exports"]),
    (
        "/research/networks",
        &["/research/change", "/research/scales"],
    ),
    ("/research/card", &["/research/work"]),
    ("/research/achievement", &["/research/pupils"]),
    ("/research", &["/research/effects"]),
    ("/research/explanation", &["/research/interviews"]),
    ("/research/plan", &["/research/report"]),
];

const TABLES: [&str; 8] = [
    "contrasts",
    "exploratory",
    "effects",
    "scales",
    "networks",
    "change",
    "change_summary",
    "response",
];

fn enter(server: &Server, who: &str) -> Visitor {
    let visitor = Visitor::new(&server.base);
    let link = server.link(who);
    visitor.enter(link.rsplit_once('#').unwrap().1);
    visitor
}

/// What stands in quotes after every `name="`.
fn quoted(html: &str, name: &str) -> Vec<String> {
    let mark = format!("{name}=\"");
    let parts = html.split(&mark).skip(1);
    parts
        .filter_map(|part| part.split('"').next())
        .map(|text| text.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

/// Whether a word that is in no language stands on the page.
fn has_bare_key(page: &Page) -> bool {
    [
        "define",
        "desk",
        "apa",
        "measure",
        "networks",
        "plan",
        "treatment",
    ]
    .iter()
    .any(|start| page.has(&format!(">{start}-")) || page.has(&format!("> {start}-")))
}

fn speak(visitor: &Visitor, language: &str) {
    let fields = [("back", "/research"), ("language", language)];
    assert_eq!(visitor.post("/language", &fields).status, 303);
}

fn query_of(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

/// Asks for a choice to be computed, and waits until it is.
fn computed(visitor: &Visitor, query: &str, fields: &[(&str, &str)]) -> Page {
    let address = format!("/research?{query}");
    let before = visitor.get(&address);
    assert_eq!(before.status, 200, "{}", before.html);
    assert!(
        before.has("action=\"/research/compute\""),
        "{}",
        before.html
    );
    let asked = visitor.post("/research/compute", fields);
    assert_eq!(asked.status, 303, "{}", asked.html);
    let begun = Instant::now();
    loop {
        let page = visitor.get(&address);
        assert_eq!(page.status, 200, "{}", page.html);
        if page.has("id=\"exploratory\"") {
            return page;
        }
        assert!(!page.has("action=\"/research/compute\""), "{}", page.html);
        assert!(begun.elapsed() < Duration::from_secs(240), "{}", page.html);
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn every_page_of_the_desk_shows_the_plan_and_knows_its_numbers() {
    let server = Server::demo();
    let researcher = enter(&server, "the researcher");
    for language in ["nl", "en"] {
        speak(&researcher, language);
        let mut about: BTreeSet<String> = BTreeSet::new();
        for path in PAGES {
            let page = researcher.get(path);
            assert_eq!(page.status, 200, "{path}");
            // The menu is the same everywhere and says where one is.
            for (head, beside) in GROUPS {
                let leads_to = |other: &str| page.has(&format!("href=\"{other}\""));
                assert!(leads_to(head), "{head} from {path}");
                let is_here = path == head || beside.contains(&path);
                for other in beside.iter().filter(|_| is_here) {
                    assert!(leads_to(other), "{other} from {path}");
                }
            }
            assert_eq!(
                page.html.matches("aria-current=\"page\"").count(),
                1,
                "{path}"
            );
            assert!(!has_bare_key(&page), "{path}");
            about.extend(
                quoted(&page.html, "href")
                    .into_iter()
                    .filter(|href| href.starts_with("/research/measure/")),
            );
            let begun = Instant::now();
            researcher.get(path);
            println!("{path}: {:?}", begun.elapsed());
        }
        assert!(about.len() > 30, "{about:?}");
        // Every number that is shown is defined, and the definition is whole.
        for href in &about {
            let page = researcher.get(href);
            assert_eq!(page.status, 200, "{href}");
            assert!(page.html.matches("<dt>").count() >= 3, "{href}");
            assert!(!has_bare_key(&page), "{href}");
        }
    }
    // A column that counts or measures says what it is, wherever a table is shown.
    for path in ["/research/networks", "/research/change", "/research/data"] {
        let html = researcher.get(path).html;
        let last = html.rsplit("class=\"apa\"").next().unwrap();
        let head = last.split("</thead>").next().unwrap();
        let columns = head.matches("class=\"n\"").count();
        assert!(
            columns >= 3 && head.matches("class=\"about\"").count() >= columns,
            "{path}"
        );
    }
    for table in TABLES {
        let html = researcher.get(&format!("/research/table/{table}.html"));
        assert!(
            html.status == 200 && html.has("<table") && html.has("<i>Note.</i>"),
            "{table}"
        );
        let csv = researcher.get(&format!("/research/table/{table}.csv"));
        let lines: Vec<&str> = csv.html.lines().collect();
        assert!(
            csv.status == 200 && lines.len() > 1,
            "{table}: {}",
            csv.html
        );
        assert_eq!(html.html.matches("<tr>").count(), lines.len(), "{table}");
    }
    for table in ["contrasts", "exploratory"] {
        let html = researcher.get(&format!("/research/table/{table}.html"));
        assert!(html.has("not thereby unimportant"), "{table}");
    }
    for nothing in [
        "/research/table/contrasts",
        "/research/table/contrasts.pdf",
        "/research/table/passwords.csv",
        "/research/measure/none",
        "/research/networks/none",
    ] {
        assert_eq!(researcher.get(nothing).status, 404, "{nothing}");
    }
}

#[test]
fn schools_are_drawn_sorted_and_opened_by_pseudonym() {
    let server = Server::demo();
    let researcher = enter(&server, "the researcher");
    speak(&researcher, "en");
    let page = researcher.get("/research/networks?wave=T1&relation=goals");
    assert_eq!(page.html.matches(" aria-labelledby=\"net-").count(), 10);
    assert!(page.has("aria-sort=\"ascending\""));
    // Sorted by a column, in both directions, by the address alone.
    let values = |order: &str| -> Vec<f64> {
        let csv = researcher.get(&format!(
            "/research/table/networks.csv?wave=T1&relation=goals&sort=density&order={order}"
        ));
        let mut lines = csv.html.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let place = header.iter().position(|name| *name == "density").unwrap();
        lines
            .map(|line| line.split(',').nth(place).unwrap().parse().unwrap())
            .collect()
    };
    let (rising, mut falling) = (values("rising"), values("falling"));
    assert!(rising.is_sorted(), "{rising:?}");
    falling.reverse();
    assert_eq!(rising, falling);
    let school = quoted(&page.html, "href")
        .into_iter()
        .find(|href| href.starts_with("/research/networks/"))
        .unwrap();
    let page = researcher.get(&school);
    assert_eq!(page.status, 200);
    assert!(
        page.has("id=\"wave-1-title\"")
            && page.has("id=\"matrix-title\"")
            && page.has("id=\"actors\"")
    );
    assert!(page.has("Roles of one person"), "{}", page.html);
    // Each picture is a file, too.
    for (page, figure) in [
        (school.as_str(), "matrix"),
        (school.as_str(), "wave-1"),
        ("/research/networks?wave=T1&relation=goals", "together"),
        ("/research/data", "response"),
        ("/research/effects", "effects"),
        ("/research", "contrast"),
        ("/research/scales", "answers-0-T1"),
    ] {
        let sign = if page.contains('?') { '&' } else { '?' };
        let shown = researcher.get(page);
        assert!(shown.has(&format!("figure={figure}&amp;as=png")), "{page}");
        let file = researcher.get(&format!("{page}{sign}figure={figure}&as=svg"));
        assert!(file.status == 200 && file.has("<svg"), "{page}");
        let unknown = researcher.get(&format!("{page}{sign}figure=other&as=svg"));
        assert_eq!(unknown.status, 404, "{page}");
    }
    for rule in ["union", "intersection", "mean"] {
        let page = researcher.get(&format!("{school}&symmetry={rule}"));
        assert!(page.status == 200 && !page.has("class=\"head\""), "{rule}");
    }
    // A school that nobody knows by name: no name of a person or a school stands on the desk.
    for path in PAGES.iter().map(|path| (*path).to_owned()).chain([school]) {
        let html = researcher.get(&path).html;
        for name in ["Leerkracht ", "De Veenakker", "Hoekstra"] {
            assert!(!html.contains(name), "{name} on {path}");
        }
    }
}

#[test]
fn an_odd_state_is_answered_and_other_roles_stay_outside() {
    let server = Server::demo();
    let researcher = enter(&server, "the researcher");
    let long = "a".repeat(3000);
    for state in [
        "take=nothing&at=%00&in=../..&by=effect&high=-1&low=x".to_owned(),
        "by=share&share=9&cut=NaN&unknown=zero&take=%FF%FE".to_owned(),
        "by=column&column=%3Cscript%3E&cut=1e999".to_owned(),
        "wave=T9&relation=%22%3E%3Cscript%3E&step=x-y&sort=nothing&order=up&symmetry=cube"
            .to_owned(),
        format!("take={long}&{long}=1"),
        "&&==&%=%&take".to_owned(),
    ] {
        for path in PAGES.iter().take(8).chain(
            [
                "/research/outcome",
                "/research/measure/density",
                "/research/table/networks.csv",
                "/research/plan.toml",
            ]
            .iter(),
        ) {
            let page = researcher.get(&format!("{path}?{state}"));
            assert!(
                [200, 303].contains(&page.status),
                "{} for {path}?{state}",
                page.status
            );
            assert!(!page.has("<script>"), "{path}?{state}");
        }
    }
    // A state that means another choice asks to be computed, and is told in words when that cannot be.
    let page = researcher.get("/research?by=effect&high=400&low=400");
    assert!(page.status == 200 && page.has("action=\"/research/compute\""));
    let fields = [
        ("by", "effect"),
        ("high", "400"),
        ("low", "400"),
        ("back", "https://elsewhere"),
    ];
    assert_eq!(researcher.post("/research/compute", &fields).status, 303);
    let begun = Instant::now();
    speak(&researcher, "en");
    loop {
        let page = researcher.get("/research?by=effect&high=400&low=400");
        if page.has("choose smaller groups") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{}", page.html);
        std::thread::sleep(Duration::from_millis(200));
    }
    // Doors.
    let mut doors: Vec<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    doors.extend(
        [
            "/research/networks/x",
            "/research/measure/density",
            "/research/table/effects.csv",
            "/research/plan.toml",
            "/research/schools",
        ]
        .map(str::to_owned),
    );
    for who in ["the owner:", "a trainer:"] {
        let other = enter(&server, who);
        for door in &doors {
            assert_eq!(other.get(door).status, 403, "{door} for {who}");
        }
        for door in [
            "/research/compute",
            "/research/recipes",
            "/research/recipes/delete",
        ] {
            assert_eq!(
                other.post(door, &[("name", "x")]).status,
                403,
                "{door} for {who}"
            );
        }
    }
}

/// A study is exported and analysed by the plan that the desk gives: the same contrasts, number for number. What a choice
/// gave is kept beside the plan's conclusion, and the choice can be saved, opened, taken away and deleted.
#[tokio::test]
async fn a_choice_gives_what_the_command_line_gives() {
    let database = &databases("recipes").await[0];
    let place = Installation::new(&database.address);
    place.must(&[
        "demo",
        "--small",
        "--no-serve",
        "--database",
        &database.address,
    ]);
    let server = place.serve();
    let told = place.must(&["study", "link", "focus", "researcher"]);
    let secret = told.split('#').nth(1).and_then(|rest| rest.lines().next());
    let researcher = Visitor::new(&server.base);
    researcher.enter(secret.unwrap());
    speak(&researcher, "en");
    let of_plan = researcher.get("/research/table/contrasts.csv").html;

    let fields = [
        ("take", "density"),
        ("take", "in_degree_gini"),
        ("take", "culture"),
        ("by", "share"),
        ("share", "0.4"),
        ("unknown", "null"),
        ("cut", "1"),
    ];
    let query = query_of(&fields);
    let page = computed(&researcher, &query, &fields);
    assert!(page.has("This is not the locked plan") && page.has("Back to the locked plan"));
    for deviation in ["Cut", "Groups", "Missing answers", "Outcomes compared"] {
        assert!(
            page.has(&format!("<th scope=\"row\">{deviation}</th>")),
            "{deviation}"
        );
    }
    // The plan is what it was, and still the default.
    assert_eq!(
        researcher.get("/research/table/contrasts.csv").html,
        of_plan
    );
    // The state goes along through the menu.
    assert!(page.has("/research/networks?take=density"));
    assert!(page.has("/research/effects?take=density"));
    for path in PAGES.iter().take(8) {
        let page = researcher.get(&format!("{path}?{query}"));
        assert!(
            page.status == 200 && !page.has("action=\"/research/compute\""),
            "{path}"
        );
    }

    // Saved, listed, opened.
    let mut saved = fields.to_vec();
    saved.push(("name", "  Four of   ten "));
    assert_eq!(researcher.post("/research/recipes", &saved).status, 303);
    let page = researcher.get("/research/plan");
    assert!(page.has("Four of ten"), "{}", page.html);
    let open = quoted(&page.html, "href")
        .into_iter()
        .find(|href| href.starts_with("/research?take="))
        .unwrap();
    let again = researcher.get(&open);
    assert!(again.has("id=\"exploratory\"") && again.has("This is not the locked plan"));
    let nameless = researcher.post("/research/recipes", &[("take", "density"), ("name", " ")]);
    let to = nameless.location.unwrap();
    let to = to.split('#').next().unwrap().to_owned();
    assert!(researcher.get(&to).has("at most 80 characters"), "{to}");

    // Another, whose groups are a fact of the schools.
    let by_fact = [
        ("take", "density"),
        ("take", "leadership"),
        ("by", "column"),
        ("column", "lvs"),
        ("high", "lvs-a"),
        ("low", "lvs-b"),
    ];
    let query_by_fact = query_of(&by_fact);
    assert!(computed(&researcher, &query_by_fact, &by_fact).has("lvs-a"));

    // Taken away and computed from what is exported.
    let data = place.path("data");
    let data = data.to_str().unwrap();
    place.must(&["study", "export", "focus", "--out", data]);
    let store = database.open().await;
    let mut tx = store.read().await.unwrap();
    let (study_id, _) = studies::all(&mut tx).await.unwrap()[0].clone();
    let (concluded, _) = conclusions::newest(&mut tx, study_id)
        .await
        .unwrap()
        .unwrap();
    let study = Study::load(&mut tx, study_id).await.unwrap().unwrap();
    for (query, fewest) in [(&query, 10), (&query_by_fact, 3)] {
        let plan = researcher.get(&format!("/research/plan.toml?{query}")).html;
        let plan = place.file("plan.toml", &plan);
        let out = place.path("result");
        let [plan, out] = [&plan, &out].map(|path| path.to_str().unwrap());
        place.must(&[
            "analyse",
            data,
            "--plan",
            plan,
            "--out",
            out,
            "--no-html",
            "--no-actors",
        ]);
        let kept = recipes_of(&mut tx, &study, &concluded.snapshot_hash, plan).await;
        let text = std::fs::read_to_string(place.path("result").join("findings.json")).unwrap();
        let analysed: Findings = serde_json::from_str(&text).unwrap();
        let n = kept.contrasts.len();
        assert!(n >= fewest, "{n} contrasts of {query}");
        let told = |one: &&Contrast| one.difference.is_ok();
        assert!(kept.contrasts.iter().filter(told).count() > 2, "{query}");
        assert_eq!(kept.contrasts, analysed.contrasts);
        assert_eq!(kept.groups, analysed.groups);
        assert_eq!(kept.all_schools, analysed.all_schools);
        assert_eq!(kept.effects, analysed.effects);
    }
    drop(tx);
    // What schools opened stands in the export as a covariate.
    let header = std::fs::read_to_string(place.path("data").join("schools.csv")).unwrap();
    assert!(
        header
            .lines()
            .next()
            .unwrap()
            .ends_with(",opened_T3,opened_T3_days"),
        "{header}"
    );
    assert_eq!(rows(&place.path("data").join("schools.csv")).len(), 10);

    let gone = researcher.post("/research/recipes/delete", &[("name", "Four of ten")]);
    assert_eq!(gone.status, 303);
    assert!(!researcher.get("/research/plan").has("Four of ten"));
}

/// What is kept of the recipe that a plan file gives.
async fn recipes_of(tx: &mut Tx, study: &Study, snapshot: &str, file: &str) -> Findings {
    let base = conclude::plan(study);
    let mut faults = Faults::default();
    let bytes = std::fs::read(file).unwrap();
    let file = plan_toml::read("plan.toml", &bytes, &mut faults);
    assert!(faults.is_empty(), "{faults}");
    let groups = match file.groups.unwrap().rule {
        GroupsRule::Other(groups) => groups,
        GroupsRule::Column(column) => Grouping::Column {
            column,
            high: file.high,
            low: file.low,
        },
    };
    let mut measures = base.measures.clone().unwrap();
    if file
        .outcomes
        .iter()
        .flatten()
        .any(|one| one.outcome == "in_degree_gini")
    {
        measures.push("in_degree_gini".to_owned());
    }
    let plan = Plan {
        measures: Some(measures),
        outcomes: file.outcomes,
        family: file.family,
        groups: Some(groups),
        treatment: file.treatment.unwrap(),
        cut: file.cut.unwrap(),
        ..base
    };
    let key = recipe::key(study, snapshot, &plan);
    let text = recipes::findings(tx, &key).await.unwrap();
    serde_json::from_str(&text.expect("it was kept")).unwrap()
}
