//! Follows every link and every form of a page, asks every route of the router, and puts in every field what it can think
//! of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::support::server::Visitor;

/// More answers than this and a page makes endless addresses.
const MOST: usize = 6000;

/// How many pictures in points are fetched.
const PICTURES: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    /// Headers in which a file could be named or a place told.
    pub names: String,
}

pub struct Guesses {
    pub values: Vec<String>,
}

pub struct Crawl {
    visitor: Visitor,
    guesses: Guesses,
    forms: BTreeMap<(String, String), Vec<(String, String)>>,
}

impl Answer {
    /// Without what is another in every run.
    pub fn comparable(&self) -> (u16, String, String) {
        let hide = |text: &str| -> String {
            // Numbers of failures, and the addresses of two servers.
            text.split("127.0.0.1:")
                .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()))
                .collect()
        };
        (self.status, hide(&self.text), hide(&self.names))
    }

    pub fn first_difference(&self, other: &Self) -> String {
        let lines = self.text.lines().zip(other.text.lines());
        let different = lines
            .filter(|(a, b)| a != b)
            .map(|(a, b)| format!("{} / {}", clip(a), clip(b)));
        different.take(1).next().unwrap_or_else(|| {
            format!(
                "{} {} / {} {}",
                self.status, self.names, other.status, other.names
            )
        })
    }
}

fn clip(text: &str) -> String {
    text.trim().chars().take(160).collect()
}

/// Every path of the router, and whether it can be fetched.
fn routes() -> Vec<String> {
    let paths: BTreeSet<String> = schakel::web::router::table()
        .map(|row| row.path.to_owned())
        .collect();
    paths.into_iter().collect()
}

impl Crawl {
    pub fn new(visitor: Visitor, guesses: Guesses) -> Self {
        Self {
            visitor,
            guesses,
            forms: BTreeMap::new(),
        }
    }

    /// Everything that can be fetched, by path.
    pub fn everything(&mut self) -> BTreeMap<String, Answer> {
        let mut reached: BTreeMap<String, Answer> = BTreeMap::new();
        let mut waiting: VecDeque<String> = VecDeque::new();
        let mut parameters: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let routes = routes();
        assert!(routes.len() > 40, "the router is read: {routes:?}");
        for route in &routes {
            if !route.contains('{') {
                waiting.push_back(route.clone());
                continue;
            }
            // One hole after the other: every guess in each, the same in all.
            for value in &self.guesses.values {
                let filled: Vec<String> = route
                    .split('/')
                    .map(|part| {
                        if part.contains('{') {
                            hole(part, value)
                        } else {
                            part.to_owned()
                        }
                    })
                    .collect();
                waiting.push_back(filled.join("/"));
            }
        }
        let mut doors: BTreeSet<String> = BTreeSet::new();
        let mut n_pictures = 0;
        while let Some(path) = waiting.pop_front() {
            if reached.contains_key(&path) {
                continue;
            }
            // Drawing points takes a second each without optimisation: a few of them stand for all.
            if path.contains("png") {
                if n_pictures == PICTURES {
                    continue;
                }
                n_pictures += 1;
            }
            assert!(reached.len() < MOST, "addresses without end: {path}");
            let answer = self.fetch(&path);
            if let Some(to) = answer
                .names
                .strip_prefix("location ")
                .filter(|to| to.starts_with('/'))
            {
                waiting.push_back(to.to_owned());
            }
            if answer.status == 200 && !path.starts_with("/assets/") {
                for link in links(&answer.text, &path) {
                    note_parameters(&link, &mut parameters);
                    waiting.push_back(link);
                }
                for form in forms(&answer.text, &path) {
                    if form.post {
                        self.forms
                            .insert((form.action.clone(), form.key()), form.fields.clone());
                        continue;
                    }
                    for (name, value) in &form.fields {
                        let link = format!("{}?{name}={value}", form.action);
                        note_parameters(&link, &mut parameters);
                        waiting.push_back(link);
                    }
                }
                let page = path.split('?').next().unwrap_or_default().to_owned();
                // A picture takes long to draw: of those the pages themselves ask for, and no others.
                if page == path && answer.text.trim_start().starts_with("<!") {
                    doors.insert(page);
                }
            }
            reached.insert(path, answer);
            if waiting.is_empty() {
                // Every page with every parameter that any page uses, and each guess in it.
                let known = [
                    "wave", "relation", "language", "school", "part", "audience", "scale",
                    "format", "at", "version",
                ];
                let names: BTreeSet<String> = known
                    .iter()
                    .map(|name| (*name).to_owned())
                    .chain(parameters.keys().cloned())
                    .collect();
                for page in std::mem::take(&mut doors) {
                    for name in &names {
                        let own = parameters.get(name).into_iter().flatten().take(4).cloned();
                        for value in own.chain(self.guesses.values.iter().cloned()) {
                            let asked = format!("{page}?{name}={value}");
                            if !reached.contains_key(&asked) {
                                waiting.push_back(asked);
                            }
                        }
                    }
                }
                parameters.clear();
            }
        }
        reached
    }

    fn fetch(&self, path: &str) -> Answer {
        let page = self.visitor.get(path);
        let names = page
            .location
            .map(|to| format!("location {to}"))
            .unwrap_or_default();
        Answer {
            status: page.status,
            text: page.html,
            names,
        }
    }

    /// Presses every button that was seen whose form wants nothing typed, but for those that end something.
    pub fn press_buttons(&mut self, role: &str) {
        if role == "respondent" || role == "stranger" {
            return;
        }
        for ((action, _), fields) in self.forms.clone() {
            if ["/leave", "/language", "/r"].contains(&action.as_str())
                || action.contains("withdraw")
            {
                continue;
            }
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            self.visitor.post(&action, &fields);
        }
    }
}

/// A part of a route such as `{school}` or `{wave}.svg` with a value in it.
fn hole(part: &str, value: &str) -> String {
    let (before, rest) = part.split_once('{').unwrap_or((part, ""));
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    format!("{before}{value}{after}")
}

fn unescape(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
}

fn note_parameters(link: &str, parameters: &mut BTreeMap<String, BTreeSet<String>>) {
    for pair in link
        .split('?')
        .nth(1)
        .into_iter()
        .flat_map(|query| query.split('&'))
    {
        if let Some((name, value)) = pair.split_once('=') {
            parameters
                .entry(name.to_owned())
                .or_default()
                .insert(value.to_owned());
        }
    }
}

fn absolute(to: &str, page: &str) -> Option<String> {
    let to = unescape(to);
    let to = to.split('#').next().unwrap_or_default();
    if let Some(query) = to.strip_prefix('?') {
        return Some(format!(
            "{}?{query}",
            page.split('?').next().unwrap_or_default()
        ));
    }
    (to.starts_with('/') && !to.starts_with("//")).then(|| to.to_owned())
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mark = format!(" {name}=\"");
    let from = tag.find(&mark)? + mark.len();
    tag[from..].split('"').next()
}

fn tags<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let opened = text.match_indices('<').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let own = rest.strip_prefix(name)?;
        let ends = own.starts_with([' ', '>', '\n', '/']);
        ends.then(|| &rest[..rest.find('>').unwrap_or(rest.len())])
    });
    opened.collect()
}

fn links(text: &str, page: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (tag, name) in [
        ("a", "href"),
        ("img", "src"),
        ("link", "href"),
        ("object", "data"),
    ] {
        found.extend(
            tags(text, tag)
                .into_iter()
                .filter_map(|tag| attribute(tag, name))
                .filter_map(|to| absolute(to, page)),
        );
    }
    found
}

struct Form {
    action: String,
    post: bool,
    fields: Vec<(String, String)>,
}

impl Form {
    fn key(&self) -> String {
        self.fields
            .iter()
            .map(|(name, value)| format!("{name}={value};"))
            .collect()
    }
}

fn forms(text: &str, page: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for part in text.split("<form").skip(1) {
        let head = &part[..part.find('>').unwrap_or(part.len())];
        let body = part.split("</form>").next().unwrap_or_default();
        let action = attribute(head, "action")
            .and_then(|to| absolute(to, page))
            .unwrap_or_else(|| page.to_owned());
        let mut fields: Vec<(String, String)> = Vec::new();
        for name in ["input", "button"] {
            for tag in tags(body, name) {
                if let Some(field) = attribute(tag, "name") {
                    fields.push((
                        field.to_owned(),
                        unescape(attribute(tag, "value").unwrap_or_default()),
                    ));
                }
            }
        }
        for select in body.split("<select").skip(1) {
            let Some(name) = attribute(select, "name") else {
                continue;
            };
            let options = select.split("</select>").next().unwrap_or_default();
            for option in tags(options, "option") {
                fields.push((
                    name.to_owned(),
                    unescape(attribute(option, "value").unwrap_or_default()),
                ));
            }
        }
        let post =
            attribute(head, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        found.push(Form {
            action,
            post,
            fields,
        });
    }
    found
}

/// The numbers that a page says in sentences, tables and descriptions of figures, with where they stand.
pub fn numbers(html: &str) -> Vec<(String, String)> {
    let mut said: Vec<String> = Vec::new();
    for (open, close) in [
        ("<p class=\"said\"", "</p>"),
        ("<td", "</td>"),
        ("<th", "</th>"),
        ("<title", "</title>"),
        ("<desc", "</desc>"),
        ("<dd", "</dd>"),
        ("<text", "</text>"),
    ] {
        for part in html.split(open).skip(1) {
            let from = part.find('>').map_or(0, |at| at + 1);
            let inner = part[from..].split(close).next().unwrap_or_default();
            said.push(strip(inner));
        }
    }
    let mut found = Vec::new();
    for text in said {
        // Words in which a digit stands are names: of a wave, of a group.
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == ',' || c == '.')) {
            let word = word.trim_matches([',', '.']).replace(',', ".");
            if !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.') {
                found.push((word, clip(&text)));
            }
        }
    }
    found
}

fn strip(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}
