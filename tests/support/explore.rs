//! Everything a visitor can reach by following links, and every form that stands there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::server::{Page, Visitor};

/// Pages of one row of the url map and with the same parameters: so many stand for all.
const OF_A_KIND: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// Text that a person types; else something hidden, a number, a day.
    pub typed: bool,
    /// One of what the page offers.
    pub offered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub action: String,
    pub fields: Vec<Field>,
}

impl Form {
    /// Its fields as the page has them, with other values in some.
    pub fn filled(&self, value: impl Fn(usize, &Field) -> Option<String>) -> Vec<(String, String)> {
        let fields = self.fields.iter().enumerate();
        fields
            .map(|(at, field)| {
                let own = value(at, field).unwrap_or_else(|| field.value.clone());
                (field.name.clone(), own)
            })
            .collect()
    }

    fn shape(&self) -> (String, Vec<String>) {
        let names = self.fields.iter().map(|field| field.name.clone());
        (kind(&self.action), names.collect())
    }
}

#[derive(Default)]
pub struct Explored {
    /// Every page that could be opened.
    pub pages: BTreeMap<String, String>,
    /// Every form that is sent, one of each shape.
    pub forms: Vec<Form>,
    /// Parameters that pages put behind an address, by path.
    pub parameters: BTreeMap<String, BTreeSet<String>>,
}

/// The row of the url map to which an address belongs.
pub fn row_of(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let rows = schakel::web::router::table().map(|row| row.path);
    let fits = |row: &&'static str| {
        let (own, theirs): (Vec<_>, Vec<_>) = (row.split('/').collect(), path.split('/').collect());
        own.len() == theirs.len()
            && own
                .iter()
                .zip(theirs)
                .all(|(own, given)| own.contains('{') || *own == given)
    };
    // A row without a place left open comes first.
    rows.filter(fits).min_by_key(|row| row.contains('{'))
}

/// What stands for an address among others of its kind: its row, and the names of its parameters.
pub fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    format!("{}?{}", row_of(path).unwrap_or(path), names.join("&"))
}

/// Follows links from every row that leaves nothing open. `also` is asked about each page.
pub fn explore(visitor: &Visitor, mut also: impl FnMut(&str, &Page)) -> Explored {
    let mut found = Explored::default();
    let mut shapes = BTreeSet::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: VecDeque<String> = schakel::web::router::table()
        .filter(|row| row.method == "GET" && !row.path.contains('{'))
        .map(|row| row.path.to_owned())
        .collect();
    let mut asked = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        let of_kind = kinds.entry(kind(&path)).or_default();
        // Points take a second each to draw, and are no text.
        if path.contains("png") || *of_kind >= OF_A_KIND || !asked.insert(path.clone()) {
            continue;
        }
        *of_kind += 1;
        let page = visitor.get(&path);
        also(&path, &page);
        if let Some(to) = page.location.as_deref().and_then(|to| absolute(to, &path)) {
            waiting.push_back(to);
        }
        let is_page = page.html.trim_start().starts_with("<!doctype");
        if page.status != 200 || !is_page {
            continue;
        }
        for link in links(&page.html, &path) {
            note(&link, &mut found.parameters);
            waiting.push_back(link);
        }
        for (form, post) in forms(&page.html, &path) {
            if post {
                if shapes.insert(form.shape()) {
                    found.forms.push(form);
                }
            } else {
                let query: Vec<String> = form
                    .fields
                    .iter()
                    .map(|field| format!("{}={}", field.name, encoded(&field.value)))
                    .collect();
                let link = format!("{}?{}", form.action, query.join("&"));
                note(&link, &mut found.parameters);
                waiting.push_back(link);
            }
        }
        found.pages.insert(path, page.html);
    }
    found
}

fn note(link: &str, parameters: &mut BTreeMap<String, BTreeSet<String>>) {
    let Some((path, query)) = link.split_once('?') else {
        return;
    };
    for pair in query.split('&') {
        if let Some((name, _)) = pair.split_once('=') {
            let known = parameters.entry(path.to_owned()).or_default();
            known.insert(name.to_owned());
        }
    }
}

pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

pub fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&lt;", "<")
        .replace("&#62;", ">")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

fn absolute(to: &str, page: &str) -> Option<String> {
    let to = unescape(to);
    let to = to.split('#').next().unwrap_or_default();
    if let Some(query) = to.strip_prefix('?') {
        let path = page.split('?').next().unwrap_or_default();
        return Some(format!("{path}?{query}"));
    }
    (to.starts_with('/') && !to.starts_with("//")).then(|| to.replace(' ', "%20"))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mark = format!(" {name}=\"");
    let from = tag.find(&mark)? + mark.len();
    tag[from..].split('"').next().map(unescape)
}

fn has(tag: &str, name: &str) -> bool {
    tag.split(['"', ' ', '>']).any(|word| word == name)
}

fn tags<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices('<').filter_map(move |(at, _)| {
        let rest = &text[at + 1..];
        let own = rest.strip_prefix(name)?;
        let ends = own.starts_with([' ', '>', '\n', '/']);
        ends.then(|| &rest[..rest.find('>').unwrap_or(rest.len())])
    })
}

fn links(text: &str, page: &str) -> Vec<String> {
    let places = [("a", "href"), ("img", "src"), ("object", "data")];
    let found = places.iter().flat_map(|(tag, name)| {
        tags(text, tag)
            .filter_map(|tag| attribute(tag, name))
            .filter_map(|to| absolute(&to, page))
            .collect::<Vec<_>>()
    });
    found.collect()
}

fn forms(text: &str, page: &str) -> Vec<(Form, bool)> {
    let parts = text.split("<form").skip(1);
    parts
        .map(|part| {
            let head = &part[..part.find('>').unwrap_or(part.len())];
            let body = part.split("</form>").next().unwrap_or_default();
            let action = attribute(head, "action").and_then(|to| absolute(&to, page));
            let action = action.unwrap_or_else(|| page.to_owned());
            let post = attribute(head, "method").is_some_and(|how| how == "post");
            (
                Form {
                    action,
                    fields: fields(body),
                },
                post,
            )
        })
        .collect()
}

fn fields(body: &str) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    let mut add = |name: String, value: String, typed, offered| {
        found.push(Field {
            name,
            value,
            typed,
            offered,
        });
    };
    for tag in tags(body, "input") {
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        let value = attribute(tag, "value").unwrap_or_default();
        match attribute(tag, "type").as_deref().unwrap_or("text") {
            "file" => {}
            "radio" | "checkbox" => {
                if has(tag, "checked") {
                    add(name, value, false, true);
                }
            }
            "text" | "email" | "search" | "url" | "tel" => add(name, value, true, false),
            _ => add(name, value, false, false),
        }
    }
    for part in body.split("<textarea").skip(1) {
        if let Some(name) = attribute(part, "name") {
            let from = part.find('>').map_or(0, |at| at + 1);
            let value = part[from..].split("</textarea>").next().unwrap_or_default();
            add(name, unescape(value), true, false);
        }
    }
    for part in body.split("<select").skip(1) {
        let Some(name) = attribute(part, "name") else {
            continue;
        };
        let options = part.split("</select>").next().unwrap_or_default();
        let all: Vec<&str> = tags(options, "option").collect();
        let chosen = all.iter().find(|tag| has(tag, "selected")).or(all.last());
        let value = chosen.and_then(|tag| attribute(tag, "value"));
        add(name, value.unwrap_or_default(), false, true);
    }
    if let Some(tag) = tags(body, "button").find(|tag| attribute(tag, "name").is_some()) {
        let value = attribute(tag, "value").unwrap_or_default();
        add(
            attribute(tag, "name").unwrap_or_default(),
            value,
            false,
            true,
        );
    }
    found
}

/// What would end a study, or a visit, before everything has been tried; and what takes minutes and is given no text.
pub const LEFT_ALONE: [&str; 10] = [
    "/leave",
    "/language",
    "/r",
    "/response/close",
    "/answer/withdraw",
    "/answer/submit",
    "/study/rehearsal",
    "/study/people/revoke",
    "/study/people/reissue",
    "/study/invitations/reissue",
];

/// Puts what `take` gives into every field of every form, every parameter, and every place that an address leaves open.
pub fn everywhere(
    visitor: &Visitor,
    mut take: impl FnMut() -> String,
    mut read: impl FnMut(&str, &Page),
) {
    let explored = explore(visitor, |path, page| read(path, page));
    for form in &explored.forms {
        if row_of(&form.action).is_none_or(|row| LEFT_ALONE.contains(&row)) {
            continue;
        }
        let own = |only: Option<usize>, take: &mut dyn FnMut() -> String| {
            let values: Vec<Option<String>> = (0..form.fields.len())
                .map(|at| {
                    let field = &form.fields[at];
                    let chosen = only.map_or(field.typed, |only| only == at);
                    chosen.then(&mut *take)
                })
                .collect();
            form.filled(|at, _| values[at].clone())
        };
        let turns = std::iter::once(None).chain((0..form.fields.len()).map(Some));
        for only in turns {
            let fields = own(only, &mut take);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            read(&form.action, &visitor.post(&form.action, &fields));
        }
    }
    for (path, names) in &explored.parameters {
        for name in names {
            let asked = format!("{path}?{name}={}", encoded(&take()));
            read(&asked, &visitor.get(&asked));
        }
    }
    for row in schakel::web::router::table() {
        let value = encoded(&take());
        let parts = row.path.split('/');
        let path: Vec<&str> = parts
            .map(|part| if part.contains('{') { &value } else { part })
            .collect();
        let path = path.join("/");
        if row.method == "GET" {
            let asked = format!("{path}?{value}={value}");
            read(&asked, &visitor.get(&asked));
        } else if !LEFT_ALONE.contains(&row.path) {
            let text = take();
            read(
                &path,
                &visitor.post(&path, &[(&text, &text), ("name", &text)]),
            );
        }
    }
}
