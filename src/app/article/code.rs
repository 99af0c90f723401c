//! Blocks of code as lines of words, told apart by syntect where the language is named. Its syntaxes are unpacked when
//! the first such block is met, and texts are read beside the screen, so nobody waits for it.

use std::{panic::catch_unwind, sync::LazyLock};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::look::Token;

/// Bytes of a block that are looked into, and of one line; more than that is data, and stays as it is.
const LARGEST: usize = 64 << 10;
const LONGEST_LINE: usize = 2000;
const TAB: usize = 4;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What tells a token, the first that fits from the innermost scope outwards (Sublime Text's scope names).
static SCOPES: LazyLock<Vec<(Scope, Token)>> = LazyLock::new(|| {
    [
        ("comment", Token::Comment),
        ("punctuation.definition.comment", Token::Comment),
        ("string", Token::String),
        ("punctuation.definition.string", Token::String),
        ("constant.character", Token::String),
        ("constant.numeric", Token::Number),
        ("constant.language", Token::Number),
        ("entity.name.function", Token::Function),
        ("support.function", Token::Function),
        ("variable.function", Token::Function),
        ("entity.name", Token::Type),
        ("support.type", Token::Type),
        ("support.class", Token::Type),
        ("storage", Token::Keyword),
        ("keyword.operator", Token::Plain),
        ("keyword", Token::Keyword),
        ("entity.name.tag", Token::Keyword),
    ]
    .into_iter()
    .filter_map(|(name, token)| Some((Scope::new(name).ok()?, token)))
    .collect()
});

/// The language that a class names: `language-rust`, `lang-rs`, `highlight-source-rust`, `brush: rust`.
pub fn language(class: Option<&str>) -> Option<String> {
    let class = class?;
    let named = class.split([' ', ';', ',']).find_map(|word| {
        ["language-", "lang-", "highlight-source-", "highlight-", "sourceCode-", "brush:"]
            .iter()
            .find_map(|prefix| word.strip_prefix(prefix))
    });
    // pandoc writes `class="sourceCode rust"`.
    let named = named.or_else(|| class.strip_prefix("sourceCode "));
    named.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty())
}

/// The lines of a block, without their ends; tabs are spaces.
pub fn lines(text: &str, language: Option<&str>) -> Vec<Vec<(String, Token)>> {
    let text = without_tabs(text);
    let coloured = language.filter(|_| text.len() <= LARGEST && text.lines().all(|line| line.len() <= LONGEST_LINE));
    let coloured = coloured.and_then(|language| {
        // A grammar can fail on a text that nobody tried it with; then the text stays as it is.
        catch_unwind(|| parse(&text, language)).ok().flatten()
    });
    coloured.unwrap_or_else(|| text.lines().map(|line| vec![(line.to_owned(), Token::Plain)]).collect())
}

/// Names by which syntect's syntaxes do not go.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "golang" => "go",
        "shell" | "console" | "shell-session" | "zsh" | "terminal" => "bash",
        "typescript" | "ts" | "jsx" | "tsx" | "node" => "js",
        "c++" => "cpp",
        "csharp" => "cs",
        "elisp" | "emacs-lisp" | "scheme" | "racket" => "lisp",
        "docker" | "dockerfile" => return None,
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name)
}

fn parse(text: &str, language: &str) -> Option<Vec<Vec<(String, Token)>>> {
    let mut state = ParseState::new(syntax(language)?);
    let mut scopes = ScopeStack::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let with_end = format!("{line}\n");
        let changes = state.parse_line(&with_end, &SYNTAXES).ok()?;
        let mut words: Vec<(String, Token)> = Vec::new();
        let put = |words: &mut Vec<(String, Token)>, text: &str, token| match words.last_mut() {
            Some((last, same)) if *same == token => last.push_str(text),
            _ if !text.is_empty() => words.push((text.to_owned(), token)),
            _ => {}
        };
        let mut from = 0;
        for (at, change) in changes {
            let at = at.min(line.len());
            put(&mut words, line.get(from..at)?, token(&scopes));
            from = at;
            scopes.apply(&change).ok()?;
        }
        put(&mut words, line.get(from..)?, token(&scopes));
        lines.push(words);
    }
    Some(lines)
}

fn token(scopes: &ScopeStack) -> Token {
    let of = |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, token)| *token);
    scopes.as_slice().iter().rev().find_map(of).unwrap_or_default()
}

fn without_tabs(text: &str) -> String {
    if !text.contains(['\t', '\r']) {
        return text.to_owned();
    }
    let mut spaced = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let gap = TAB - column % TAB;
                spaced.extend(std::iter::repeat_n(' ', gap));
                column += gap;
            }
            '\r' => {}
            c => {
                spaced.push(c);
                column = if c == '\n' { 0 } else { column + 1 };
            }
        }
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_the_classes_that_sites_write() {
        for (class, found) in [
            ("language-rust", Some("rust")),
            ("highlight lang-py", Some("py")),
            ("highlight-source-js", Some("js")),
            ("sourceCode haskell", Some("haskell")),
            ("wide", None),
        ] {
            assert_eq!(language(Some(class)).as_deref(), found, "{class}");
        }
    }

    #[test]
    fn words_of_a_program_are_told_apart_and_none_is_lost() {
        let text = "// a comment\nfn main() {\n\tlet x = \"text\";\n}";
        let coloured = lines(text, Some("rust"));
        let token =
            |word: &str| coloured.iter().flatten().find(|(text, _)| text.contains(word)).map(|(_, token)| *token);
        assert_eq!(token("a comment"), Some(Token::Comment));
        assert_eq!(token("let"), Some(Token::Keyword));
        assert_eq!(token("text"), Some(Token::String));
        assert_eq!(token("main"), Some(Token::Function));
        let joined: Vec<String> =
            coloured.iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect();
        assert_eq!(joined, ["// a comment", "fn main() {", "    let x = \"text\";", "}"]);
        assert_eq!(lines("a\n\nb", None).len(), 3);
    }

    #[test]
    fn every_syntax_stands_strange_text() {
        for syntax in SYNTAXES.syntaxes() {
            let name = syntax.file_extensions.first().map_or("", String::as_str);
            let strange = "<?php `$(\"\\ %{ [[ #! /* ''' @ é 读 \u{200b}\n\n}}}} */ end\n";
            let text: String = lines(strange, Some(name)).iter().flatten().map(|(text, _)| text.as_str()).collect();
            assert_eq!(text, strange.replace('\n', ""), "{name}");
        }
    }
}
