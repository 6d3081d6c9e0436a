//! A page as a browser without scripts reads it: its forms with their fields, and the link that leads on.

/// A form that is sent with POST.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageForm {
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// Name and values, empty ones too.
    pub radios: Vec<(String, Vec<String>)>,
    pub selects: Vec<(String, Vec<String>)>,
    /// Name and value of each box.
    pub boxes: Vec<(String, String)>,
    pub texts: Vec<String>,
    /// What is filled in as the page comes: checked, selected or written.
    pub filled: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRead {
    pub forms: Vec<PageForm>,
    /// Where the link that leads on goes.
    pub go: Option<String>,
}

/// Reads what stands in `<main>`.
pub fn read(html: &str) -> PageRead {
    let main = html.find("<main").unwrap_or(0);
    let end = html.rfind("</main>").unwrap_or(html.len());
    let mut rest = html.get(main..end).unwrap_or_default();
    let mut page = PageRead::default();
    let mut form: Option<PageForm> = None;
    let mut select: Option<String> = None;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(close) = rest.find('>') else { break };
        let (tag, after) = rest.split_at(close);
        rest = &after[1..];
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        match (name, &mut form) {
            ("a", _) if attribute(tag, "class").is_some_and(|class| class.contains("go")) => {
                page.go = page.go.or_else(|| attribute(tag, "href"));
            }
            ("form", open) if attribute(tag, "method").as_deref() == Some("post") => {
                *open = Some(PageForm {
                    action: attribute(tag, "action").unwrap_or_default(),
                    ..PageForm::default()
                });
            }
            ("input", Some(form)) => input(form, tag),
            ("select", Some(form)) => {
                select = attribute(tag, "name");
                if let Some(name) = &select {
                    form.selects.push((name.clone(), Vec::new()));
                }
            }
            ("option", Some(form)) => {
                let value = attribute(tag, "value").unwrap_or_default();
                if let Some(name) = select.as_ref().filter(|_| has(tag, "selected")) {
                    form.filled.push((name.clone(), value.clone()));
                }
                if let Some((_, values)) = form.selects.last_mut().filter(|_| select.is_some()) {
                    values.push(value);
                }
            }
            ("textarea", Some(form)) => {
                if let Some(name) = attribute(tag, "name") {
                    let text = rest.split("</textarea").next().unwrap_or_default();
                    if !text.is_empty() {
                        form.filled.push((name.clone(), plain(text)));
                    }
                    form.texts.push(name);
                }
            }
            _ => {}
        }
        if tag.starts_with("/form") {
            page.forms.extend(form.take());
        } else if tag.starts_with("/select") {
            select = None;
        }
    }
    page
}

fn input(form: &mut PageForm, tag: &str) {
    let Some(name) = attribute(tag, "name") else {
        return;
    };
    let value = attribute(tag, "value");
    match attribute(tag, "type").as_deref() {
        Some("hidden") => form.hidden.push((name, value.unwrap_or_default())),
        Some("radio") => {
            let value = value.unwrap_or_default();
            if has(tag, "checked") {
                form.filled.push((name.clone(), value.clone()));
            }
            match form.radios.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => form.radios.push((name, vec![value])),
            }
        }
        Some("checkbox") => {
            let value = value.unwrap_or_else(|| "on".to_owned());
            if has(tag, "checked") {
                form.filled.push((name.clone(), value.clone()));
            }
            form.boxes.push((name, value));
        }
        Some("submit" | "button" | "file") => {}
        _ => {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                form.filled.push((name.clone(), value));
            }
            form.texts.push(name);
        }
    }
}

/// The value of an attribute in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].chars().next_back();
        rest = &rest[at + name.len()..];
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = rest.strip_prefix("=\"")
        {
            return Some(plain(value.split('"').next().unwrap_or_default()));
        }
    }
}

fn has(tag: &str, word: &str) -> bool {
    tag.split_ascii_whitespace()
        .any(|part| part.trim_end_matches('/') == word)
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
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

/// Fields as a browser sends them.
pub fn encode(fields: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        escape(name, &mut text);
        text.push('=');
        escape(value, &mut text);
    }
    text
}

fn escape(part: &str, text: &mut String) {
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                text.push(char::from(byte));
            }
            b' ' => text.push('+'),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let html = r#"<form method="post" action="/leave"></form><main id="content">
            <a class="go" href="/answer/1">Go</a><form method="post" action="/answer/1" id="answers">
            <input type="hidden" name="seen" value="a&#38;b"><label><input type="radio" name="x" value="1"></label>
            <input type="radio" name="x" value="" checked><input type="checkbox" name="r" value="u" checked>
            <select name="s"><option value=""></option><option value="2" selected>2</option></select>
            <input type="search"><textarea name="t">so</textarea><button name="go" value="next">Go</button></form></main>"#;
        let page = read(html);
        assert_eq!(page.go.as_deref(), Some("/answer/1"));
        let texts = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect()
        };
        assert_eq!(
            page.forms,
            [PageForm {
                action: "/answer/1".into(),
                hidden: texts(&[("seen", "a&b")]),
                radios: vec![("x".into(), vec!["1".into(), String::new()])],
                selects: vec![("s".into(), vec![String::new(), "2".into()])],
                boxes: texts(&[("r", "u")]),
                texts: vec!["t".into()],
                filled: texts(&[("x", ""), ("r", "u"), ("s", "2"), ("t", "so")]),
            }]
        );
        assert_eq!(encode(&texts(&[("a.b", "é x")])), "a.b=%C3%A9+x");
    }
}
