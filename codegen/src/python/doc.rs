//! Docstrings.

use crate::text::wrap;

/// How wide a line is.
const WIDTH: usize = 120;

/// A docstring, indented by so many spaces; nothing where there is nothing to say.
pub(super) fn doc(text: &str, indent: usize) -> String {
    docstring(text, &[], indent)
}

/// A docstring that also says what each of some parameters is.
pub(super) fn docstring(text: &str, parameters: &[(String, String)], indent: usize) -> String {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut lines = wrap(&escaped(text), WIDTH - indent - 3);
    if !parameters.is_empty() {
        lines.extend([String::new(), "Args:".to_owned()]);
    }
    for (name, text) in parameters {
        let wrapped = wrap(&escaped(&format!("{name}: {text}")), WIDTH - indent - 8);
        let inner = |(index, line): (usize, String)| {
            format!("{}{line}", if index == 0 { "    " } else { "        " })
        };
        lines.extend(wrapped.into_iter().enumerate().map(inner));
    }
    let space = " ".repeat(indent);
    match &lines[..] {
        [] => String::new(),
        [only] if indent + 6 + only.chars().count() <= WIDTH => format!("{space}\"\"\"{only}\"\"\"\n"),
        lines => {
            let line = |line: &String| match line.as_str() {
                "" => "\n".to_owned(),
                line => format!("{space}{line}\n"),
            };
            let text: String = lines.iter().map(line).collect();
            format!("{space}\"\"\"{}{space}\"\"\"\n", text.trim_start())
        }
    }
}
