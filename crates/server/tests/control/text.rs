//! A page as people read it, so that a snapshot of it can be read too.

/// What is said on a page below its frame, which all pages have.
pub(crate) fn main_text(html: &str) -> String {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    text_of(main.split_once('>').map_or(main, |(_, main)| main))
}

/// The text of a page: a line a block, cells between bars, what can be pressed in brackets, charts as they are told.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html.split_once("<body>").map_or(html, |(_, body)| body);
    let mut links = Vec::new();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        rest = after;
        let name = tag
            .split([' ', '/'])
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        match (name, tag.starts_with('/')) {
            ("svg", false) => {
                if let Some(label) = attribute(tag, "aria-label") {
                    text.push_str(&format!("\n({label})\n"));
                }
                rest = rest.split_once("</svg>").map_or("", |(_, rest)| rest);
            }
            ("td" | "th", false) => text.push_str(" | "),
            ("button", false) => text.push('['),
            ("button", true) => text.push(']'),
            ("option", false) => text.push_str(if tag.contains("selected") { " *" } else { " /" }),
            ("input", _) if attribute(tag, "type") != Some("hidden") => text.push_str("[...]"),
            ("textarea", false) => text.push_str("[...]"),
            ("a", false) => links.push(attribute(tag, "href").unwrap_or_default()),
            ("a", true) => text.push_str(&format!(" <{}>", links.pop().unwrap_or_default())),
            ("span" | "small" | "time" | "strong" | "em" | "code" | "label" | "i" | "b" | "details", _) => {
                text.push(' ');
            }
            _ => text.push('\n'),
        }
    }
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(|line| decoded(&line))
        .collect();
    lines.join("\n")
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

fn decoded(text: &str) -> String {
    let names = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    names
        .into_iter()
        .fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}
