//! A function or class as one line of Python, for people.

use super::release::Release;
use super::summary::{Expr, Function};
use super::ty::{Subject, Ty};

/// The most characters of a line.
const MAX_LENGTH: usize = 400;

/// `def Client.get(order_id: str) -> Order`; `None` for what is neither a function nor a class.
pub(super) fn signature(release: &Release, ty: &Ty) -> Option<String> {
    let text = match ty {
        Ty::Function(id, subject) => {
            let function = release.function(id)?;
            let (owner, skipped) = match subject {
                Subject::None => (None, 0),
                Subject::Unbound(class) => (release.class(class), 0),
                Subject::Instance(class, _) | Subject::Class(class) => (release.class(class), 1),
            };
            let owner = owner.map(|class| format!("{}.", class.name)).unwrap_or_default();
            let keyword = if function.is_async { "async def" } else { "def" };
            let returns = function
                .returns
                .as_ref()
                .map(|returns| format!(" -> {}", text(returns)));
            format!(
                "{keyword} {owner}{}({}){}",
                function.name,
                parameters(&function, skipped),
                returns.unwrap_or_default()
            )
        }
        Ty::Class(id) => {
            let class = release.class(id)?;
            let keywords = release.keywords(ty, 16).ok();
            match keywords {
                Some(keywords) => {
                    let keywords: Vec<String> = keywords.names.into_iter().collect();
                    format!("class {}({})", class.name, keywords.join(", "))
                }
                None => format!("class {}", class.name),
            }
        }
        Ty::Module(module) => format!("module {module}"),
        _ => return None,
    };
    let end = text
        .char_indices()
        .nth(MAX_LENGTH)
        .map_or(text.len(), |(at, _)| at);
    Some(text.get(..end)?.to_owned())
}

fn parameters(function: &Function, skipped: usize) -> String {
    let mut parts: Vec<String> = function
        .parameters
        .iter()
        .skip(skipped)
        .map(|parameter| match &parameter.annotation {
            Some(annotation) => format!("{}: {}", parameter.name, text(annotation)),
            None => parameter.name.clone(),
        })
        .collect();
    if function.kwargs.is_some() {
        parts.push("**kwargs".to_owned());
    }
    parts.join(", ")
}

/// An annotation as it could be written.
fn text(expression: &Expr) -> String {
    let join = |parts: &[Expr], with: &str| parts.iter().map(text).collect::<Vec<_>>().join(with);
    match expression {
        Expr::Name(name) => name.clone(),
        Expr::Attribute(base, name) => format!("{}.{name}", text(base)),
        Expr::Index(base, arguments) if arguments.is_empty() => text(base),
        Expr::Index(base, arguments) => format!("{}[{}]", text(base), join(arguments, ", ")),
        Expr::Pipe(parts) | Expr::Either(parts) => join(parts, " | "),
        Expr::List(parts) => format!("[{}]", join(parts, ", ")),
        Expr::Parameter(inner) | Expr::Await(inner) | Expr::Call(inner) | Expr::Enter(inner, _) => {
            text(inner)
        }
        Expr::Import(_, Some(name)) => name.clone(),
        Expr::None => "None".to_owned(),
        Expr::Receiver => "Self".to_owned(),
        Expr::Import(..) | Expr::Same(_) | Expr::Local(..) | Expr::Text(_) | Expr::Unknown => {
            "...".to_owned()
        }
    }
}
