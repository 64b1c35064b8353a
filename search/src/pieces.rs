//! The pieces of a query or a phrase: one for each term that is looked for.

use crate::compounds::{abbreviations, join};
use crate::stems::Stems;
use crate::words::{Token, Word};

/// The most words of a query that count. Nobody types more; each costs time.
pub(crate) const MOST_WORDS: usize = 32;

/// The words of a query, one for each term that is looked for.
pub(crate) fn pieces(words: &[Token]) -> Vec<Token> {
    let mut pieces = Vec::new();
    let mut abbreviations = abbreviations(words).into_iter().peekable();
    for (at, token) in words.iter().enumerate() {
        if let Some(letters) = abbreviations.peek().filter(|letters| letters.contains(&at)) {
            if at + 1 == letters.end {
                let word = join(&words[letters.clone()]).map(Word::Spaced);
                let is_glued = words[letters.start].is_glued;
                pieces.extend(word.map(|word| Token::new(word, is_glued)));
                abbreviations.next();
            }
            continue;
        }
        match &token.word {
            Word::Dense(run) => {
                let pairs = run.windows(run.len().min(2));
                pieces.extend(pairs.map(|pair| Token::new(Word::Dense(pair.to_vec()), false)));
            }
            Word::Spaced(_) | Word::Symbol(_) => pieces.push(token.clone()),
        }
    }
    pieces.truncate(2 * MOST_WORDS);
    pieces
}

/// The term of a piece of a query.
pub(crate) fn term(token: &Token, stems: &mut Stems) -> String {
    match &token.word {
        Word::Spaced(word) => stems.stem(word),
        Word::Dense(run) => run.iter().collect(),
        Word::Symbol(symbol) => symbol.clone(),
    }
}
