//! Safety checks: spans start and end at characters, masking keeps positions and leaves no secret, and parsing ends.

use chub_lint::document::{Document, HubPath};
use chub_lint::hub::decode;
use chub_lint::safety::{instruction, invisible};
use chub_lint::secret;
use chub_lint::text::Span;

/// Hidden characters, hidden instructions and credentials in a document.
pub fn safety(data: &[u8]) {
    let Ok(text) = decode::decode(data.to_vec()) else {
        return;
    };
    let holds = |span: Span, what: &str| {
        let inside = text.get(span.range()).is_some();
        assert!(inside, "{what}: {span:?} of {} bytes", text.len());
    };
    for run in invisible::find(&text) {
        holds(run.span, "a hidden character");
        assert!(run.count > 0 && !run.span.is_empty());
    }
    let found = secret::find(&text);
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "credentials overlap");
    }
    for secret in &found {
        holds(secret.span, secret.kind);
        holds(secret.value, secret.kind);
        assert!(secret.span.start <= secret.value.start && secret.value.end <= secret.span.end);
    }
    let masked = secret::mask_secrets(&text);
    assert_eq!(masked.len(), text.len());
    assert!(text.char_indices().all(|(at, _)| masked.is_char_boundary(at)));
    for secret in &found {
        let value = secret.value.slice(&text);
        let long = value.lines().filter(|line| line.len() > 8);
        assert!(long.clone().all(|line| !masked.contains(line)), "{}", secret.kind);
    }
    let document = Document::new(HubPath::new("", "acme/docs/widget/DOC.md"), text.clone());
    for place in instruction::places(&document) {
        holds(place.span, place.kind.as_str());
    }
    for instruction in instruction::find(&document) {
        holds(instruction.span, instruction.place.as_str());
        assert!(!instruction.words.is_empty());
    }
}
