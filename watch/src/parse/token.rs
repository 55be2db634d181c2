//! The words of an expression.

use std::ops::Range;

use super::error::Mistake;
use super::span::parse_duration;
use crate::Millis;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    Duration(Millis),
    Text(String),
    Word(String),
    Sign(&'static str),
    /// What cannot be one. Nothing comes after it.
    Bad(Mistake),
    End,
}

/// A word and where it stands.
pub type Spanned = (Token, Range<usize>);

/// Longer ones first.
pub const SIGNS: [&str; 24] = [
    "==", "!=", "=~", "!~", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", "{",
    "}", "[", "]", ",", ":", "@",
];

/// All words of a text, the last of which is its end, or bad.
pub fn tokens(text: &str) -> Vec<Spanned> {
    let mut out = Vec::new();
    let mut lexer = Lexer { text, at: 0, brackets: false };
    loop {
        let (token, at) = lexer.next();
        let last = matches!(token, Token::Bad(_) | Token::End);
        out.push((token, at));
        if last {
            return out;
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Between `[` and `]` a colon begins no name.
    brackets: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// How many bytes at the beginning of what is left are such.
    fn run(&self, such: impl Fn(char) -> bool) -> usize {
        self.rest().find(|c| !such(c)).unwrap_or(self.rest().len())
    }

    fn next(&mut self) -> Spanned {
        loop {
            self.at += self.run(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
            if !self.rest().starts_with('#') {
                break;
            }
            self.at += self.run(|c| c != '\n');
        }
        let from = self.at;
        let token = self.token();
        // Of a string, the escape alone is to blame.
        let from = match &token {
            Token::Bad(Mistake::BadEscape(escape)) => self.at - escape.len(),
            _ => from,
        };
        (token, from..self.at)
    }

    fn token(&mut self) -> Token {
        let mut chars = self.rest().chars();
        let Some(first) = chars.next() else { return Token::End };
        let second = chars.next();
        if first.is_ascii_digit() || first == '.' && second.is_some_and(|c| c.is_ascii_digit()) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' || first == ':' && !self.brackets {
            let end = self.run(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':');
            let word = self.rest()[..end].to_owned();
            self.at += end;
            return match word.to_ascii_lowercase().as_str() {
                "inf" => Token::Number(f64::INFINITY),
                "nan" => Token::Number(f64::NAN),
                _ => Token::Word(word),
            };
        }
        if matches!(first, '"' | '\'' | '`') {
            return self.string(first);
        }
        match SIGNS.into_iter().find(|sign| self.rest().starts_with(sign)) {
            Some(sign) => {
                self.at += sign.len();
                match sign {
                    "[" => self.brackets = true,
                    "]" => self.brackets = false,
                    _ => {}
                }
                Token::Sign(sign)
            }
            None => {
                self.at += first.len_utf8();
                Token::Bad(Mistake::Character(first))
            }
        }
    }

    fn number(&mut self) -> Token {
        let from = self.at;
        let hex = self.rest().starts_with("0x") || self.rest().starts_with("0X");
        if hex {
            self.at += 2;
            self.at += self.run(|c| c.is_ascii_hexdigit());
        } else {
            self.at += self.run(|c| c.is_ascii_digit());
            if self.rest().starts_with('.') {
                self.at += 1;
                self.at += self.run(|c| c.is_ascii_digit());
            }
            let exponent = self.rest().strip_prefix(['e', 'E']);
            if let Some(exponent) = exponent {
                let sign = usize::from(exponent.starts_with(['+', '-']));
                self.at += 1 + sign;
                self.at += self.run(|c| c.is_ascii_digit());
            }
        }
        let number = self.at;
        self.at += self.run(|c| c.is_ascii_alphanumeric() || c == '_');
        let text = &self.text[from..self.at];
        if self.at > number {
            return parse_duration(text)
                .map_or_else(|| Token::Bad(Mistake::BadNumber(text.to_owned())), Token::Duration);
        }
        // As Go reads whole numbers: octal after a zero, if it can be.
        let whole = |digits, radix| u64::from_str_radix(digits, radix).ok().map(|it| it as f64);
        let value = match text.strip_prefix('0') {
            Some(_) if hex => whole(&text[2..], 16),
            Some(octal) => whole(octal, 8).or_else(|| text.parse().ok()),
            None => text.parse().ok(),
        };
        value.map_or_else(|| Token::Bad(Mistake::BadNumber(text.to_owned())), Token::Number)
    }

    /// A string; between backquotes nothing is escaped.
    fn string(&mut self, quote: char) -> Token {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let from = self.at;
            let Some(c) = self.rest().chars().next().filter(|&c| c != '\n' || quote == '`') else {
                self.at = self.text.len().min(start + 1);
                return Token::Bad(Mistake::OpenText);
            };
            self.at += c.len_utf8();
            if c == quote {
                return Token::Text(out);
            }
            if c != '\\' || quote == '`' {
                out.push(c);
                continue;
            }
            match self.escape(quote) {
                Some(c) => out.push(c),
                None => {
                    let bad = self.text[from..].chars().take(2).collect::<String>();
                    self.at = from + bad.len();
                    return Token::Bad(Mistake::BadEscape(bad));
                }
            }
        }
    }

    /// The character that an escape stands for: Go's, without bytes that are
    /// no character by themselves.
    fn escape(&mut self, quote: char) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        let digits = match c {
            'a' => return Some('\x07'),
            'b' => return Some('\x08'),
            'f' => return Some('\x0c'),
            'n' => return Some('\n'),
            'r' => return Some('\r'),
            't' => return Some('\t'),
            'v' => return Some('\x0b'),
            '\\' => return Some('\\'),
            c if c == quote => return Some(c),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return None,
        };
        let text = self.rest().get(..digits)?;
        let code = u32::from_str_radix(text, 16).ok().filter(|&code| digits > 2 || code < 128)?;
        self.at += digits;
        char::from_u32(code)
    }
}
