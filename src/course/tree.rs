//! A chapter's text as a tree.
//!
//! It travels as one string, which compresses far better than a static tree
//! of pointers: a node is OPEN, a letter, what it holds, CLOSE; see
//! the crate `chapters`, which writes it.

const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
const END: char = '\u{3}';

/// A piece of a chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Plain text.
    Text(&'static str),
    /// A node by its letter, with its attribute (or nothing) and what it holds.
    Element(char, &'static str, Vec<Node>),
}

/// Reads a chapter. The text is our own build's, so nothing can be wrong with
/// it; if something were, the rest would be shown as text.
pub fn read(text: &'static str) -> Vec<Node> {
    nodes(&mut { text })
}

fn nodes(rest: &mut &'static str) -> Vec<Node> {
    let mut nodes = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix(CLOSE) {
            *rest = inner;
            break;
        }
        if let Some(inner) = rest.strip_prefix(OPEN) {
            let mut letters = inner.chars();
            let letter = letters.next().unwrap_or('p');
            *rest = letters.as_str();
            let attribute = if matches!(letter, 'h' | 'n' | 'a' | 'w' | 'f' | 'g' | 'm') {
                attribute(rest)
            } else {
                ""
            };
            nodes.push(Node::Element(letter, attribute, self::nodes(rest)));
            continue;
        }
        let end = rest.find([OPEN, CLOSE]).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        nodes.push(Node::Text(text));
        *rest = after;
    }
    nodes
}

fn attribute(rest: &mut &'static str) -> &'static str {
    let (attribute, after) = rest.split_once(END).unwrap_or(("", rest));
    *rest = after;
    attribute
}

/// The fields of a directive: names and values, in order.
pub type Fields = Vec<(&'static str, &'static str)>;

/// The value of a field, or nothing.
pub fn field(fields: &Fields, name: &str) -> &'static str {
    fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| *value)
}

/// The fields of a directive.
pub fn fields(nodes: &[Node]) -> Fields {
    let field = |node: &Node| match node {
        Node::Element('f', name, inner) => match inner[..] {
            [Node::Text(value)] => Some((*name, value)),
            _ => None,
        },
        _ => None,
    };
    nodes.iter().filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nested_nodes_with_attributes() {
        let text = "\u{1}h1s1\u{3}Title\u{2}\u{1}pa \u{1}bbold\u{2}.\u{2}";
        assert_eq!(
            read(text),
            [
                Node::Element('h', "1s1", vec![Node::Text("Title")]),
                Node::Element(
                    'p',
                    "",
                    vec![
                        Node::Text("a "),
                        Node::Element('b', "", vec![Node::Text("bold")]),
                        Node::Text("."),
                    ]
                ),
            ]
        );
    }
}
